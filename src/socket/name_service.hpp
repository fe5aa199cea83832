// NameService: what a network knows of names. A part of the seam: see backend.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socket/waiting.hpp"
#include "sockeye/names.hpp"

namespace sockeye::backend {

/// A question about a host, under way once finish() was called; destroying it withdraws it.
class HostLookup : public Waitable {
public:
    using Waitable::Waitable;
    /// @returns would_block until the answer is there. @post asked once more only after that
    virtual Result<HostEntry> finish() = 0;
};

/// One that has its answer already.
class KnownHost final : public HostLookup {
public:
    KnownHost(Driver& driver, Result<HostEntry> answer) : HostLookup{driver}, answer_{std::move(answer)} {}
    Result<HostEntry> finish() override { return std::move(answer_); }
    std::string describe() const override { return "a known host"; }

private:
    Result<HostEntry> answer_;
};

/// By default a network knows the best-known services, and nobody whom it could ask for a host.
class NameService {
public:
    NameService() = default;
    NameService(const NameService&) = delete;
    NameService& operator=(const NameService&) = delete;
    virtual ~NameService() = default;

    /// The addresses of one family of a name that is neither numeric nor localhost.
    /// @param asker  the network that this is a service of
    virtual std::unique_ptr<HostLookup> by_name(sockeye::Network& asker, std::string_view name,
                                                Family family);
    virtual std::unique_ptr<HostLookup> by_address(sockeye::Network& asker, const IpAddress& address);

    /// The port of "http" for "tcp", and back.
    virtual std::optional<std::uint16_t> service_port(std::string_view name, std::string_view protocol) const;
    virtual std::optional<std::string> service_name(std::uint16_t port, std::string_view protocol) const;

    /// This host's own name.
    virtual std::string host_name() const = 0;
    virtual std::vector<InterfaceName> interfaces() const = 0;

    /// Whom to ask instead of those that the network knows by itself; none: those.
    void set_servers(std::vector<Address> servers) { servers_ = std::move(servers); }
    /// Whom the network has learned of by itself.
    void learn_servers(std::vector<Address> servers) { learned_ = std::move(servers); }
    const std::vector<Address>& servers() const { return servers_.empty() ? learned_ : servers_; }

private:
    std::vector<Address> servers_;
    std::vector<Address> learned_;
};

/// For a call that is nothing but a HostLookup.
Result<HostEntry> finish_lookup(Request& request);

/// The operation that `lookup` is.
Op<HostEntry> asking(std::unique_ptr<HostLookup> lookup, Deadline deadline = Deadline::never());

}  // namespace sockeye::backend
