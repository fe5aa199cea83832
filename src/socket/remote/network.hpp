// Network: a host somewhere else as a backend. Each try of the seam is one question to it and one answer, so
// a call means here what it means there; whoever must wait is woken when the host says so.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "socket/backend.hpp"
#include "socket/name_service.hpp"
#include "socket/remote/link.hpp"

namespace sockeye::remote {

class Network;

/// Names as the host knows them.
class Names final : public backend::NameService {
public:
    explicit Names(Network& network) : network_{network} {}

    std::unique_ptr<backend::HostLookup> by_name(sockeye::Network& asker, std::string_view name,
                                                 Family family) override;
    std::unique_ptr<backend::HostLookup> by_address(sockeye::Network& asker,
                                                    const IpAddress& address) override;
    std::string host_name() const override;
    std::vector<InterfaceName> interfaces() const override;

private:
    std::unique_ptr<backend::HostLookup> look_up(Request request, std::string_view name);

    Network& network_;
};

class Network : public backend::Network, public Listener {
public:
    /// @param driver  whose turn of the loop serves it: time is that one's
    /// @param link  must outlive it
    Network(backend::Driver& driver, Link& link, std::string host)
        : backend::Network{driver}, link_{link}, host_{std::move(host)}, names_{*this} {}

    std::string_view name() const override { return host_; }
    /// The host's, as its other programs see it.
    WallTime wall_now() const override;
    std::uint64_t random() override;
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind kind) override;
    Result<IpAddress> source_for(const Address& peer) override;
    backend::NameService& names() override { return names_; }

    void ready(const Ready& ready) override;
    void ended() override;

    // For its sockets and look-ups.

    /// @returns what the host says has failed, too
    Result<Answer> ask(const Request& request) const;
    /// Hears of `number` from now on; leave() closes it there.
    void join(std::uint32_t number, backend::Waitable& waitable) { open_.emplace(number, &waitable); }
    void leave(std::uint32_t number);

private:
    Link& link_;
    std::string host_;
    std::map<std::uint32_t, backend::Waitable*> open_;  ///< by the host's numbers
    Names names_;
};

}  // namespace sockeye::remote
