#include "socket/stack/names.hpp"

#include "socket/backend.hpp"
#include "socket/stack/stub_lookup.hpp"

namespace sockeye::stack {

using backend::HostLookup;

/// Numbered from 1 on, as the interfaces are.
std::vector<InterfaceName> Names::interfaces() const {
    std::vector<InterfaceName> all;
    for (const link::Device& card : cards_)
        all.push_back({static_cast<std::uint32_t>(all.size() + 1), card.name()});
    return all;
}

std::unique_ptr<HostLookup> Names::by_name(sockeye::Network& asker, std::string_view name, Family family) {
    if (servers().empty()) return NameService::by_name(asker, name, family);
    const Result<wire::DnsName> asked = wire::DnsName::parse(name);
    if (!asked)
        return std::make_unique<backend::KnownHost>(asker.backend().driver(), std::unexpected{asked.error()});
    const wire::DnsType type = family == Family::inet ? wire::DnsType::a : wire::DnsType::aaaa;
    return std::make_unique<StubLookup>(asker, resolver_, wire::DnsQuestion{.name = *asked, .type = type},
                                        servers());
}

std::unique_ptr<HostLookup> Names::by_address(sockeye::Network& asker, const IpAddress& address) {
    if (address.is_loopback())  // RFC 6761 §6.1
        return std::make_unique<backend::KnownHost>(
            asker.backend().driver(), HostEntry{.name = "localhost", .aliases = {}, .addresses = {address}});
    if (servers().empty()) return NameService::by_address(asker, address);
    return std::make_unique<StubLookup>(
        asker, resolver_,
        wire::DnsQuestion{.name = wire::reverse_dns_name(address), .type = wire::DnsType::ptr}, servers());
}

}  // namespace sockeye::stack
