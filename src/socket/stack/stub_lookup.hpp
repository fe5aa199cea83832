// StubLookup: a question about a host, to one of its name servers after the other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "socket/name_service.hpp"
#include "socket/part.hpp"
#include "socket/stack/resolver.hpp"

namespace sockeye::stack {

/// Every server in turn, all of them twice, 5 s for each: resolv.conf(5)'s attempts and timeout.
class StubLookup final : public backend::HostLookup {
public:
    /// `asker` and `resolver` must outlive it.
    StubLookup(sockeye::Network& asker, Resolver& resolver, wire::DnsQuestion question,
               std::vector<Address> servers);

    Result<HostEntry> finish() override;
    std::string describe() const override { return question_.name.to_string(); }

private:
    Error gave_up() const;

    sockeye::Network& asker_;
    Resolver& resolver_;
    wire::DnsQuestion question_;
    std::vector<Address> servers_;
    std::size_t tries_ = 0;  ///< begun
    std::optional<backend::Part<wire::DnsMessage>> asked_;
    bool was_heard_ = false;  ///< a server failed, refused or is not there, but was not silent
};

}  // namespace sockeye::stack
