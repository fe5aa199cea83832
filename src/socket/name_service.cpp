#include "socket/name_service.hpp"

#include <algorithm>
#include <array>

#include "socket/backend.hpp"

namespace sockeye::backend {
namespace {

struct KnownService {
    std::string_view name;
    std::uint16_t port;
    std::string_view protocols;
};

/// Of IANA's registry (RFC 6335), those that a lesson or a lab names.
constexpr std::array known_services{
    KnownService{"echo", 7, "tcp udp"},    KnownService{"discard", 9, "tcp udp"},
    KnownService{"ftp", 21, "tcp"},        KnownService{"ssh", 22, "tcp"},
    KnownService{"telnet", 23, "tcp"},     KnownService{"smtp", 25, "tcp"},
    KnownService{"domain", 53, "tcp udp"}, KnownService{"bootps", 67, "udp"},
    KnownService{"bootpc", 68, "udp"},     KnownService{"tftp", 69, "udp"},
    KnownService{"http", 80, "tcp"},       KnownService{"pop3", 110, "tcp"},
    KnownService{"ntp", 123, "udp"},       KnownService{"imap2", 143, "tcp"},
    KnownService{"snmp", 161, "udp"},      KnownService{"https", 443, "tcp udp"},
    KnownService{"syslog", 514, "udp"},    KnownService{"mysql", 3306, "tcp"},
};

/// nullptr: none of those
template <class Property, class Value>
const KnownService* find(Property property, const Value& value, std::string_view protocol) {
    const auto* found = std::ranges::find_if(known_services, [&](const KnownService& service) {
        return service.*property == value && service.protocols.contains(protocol);
    });
    return found == known_services.end() ? nullptr : found;
}

std::unique_ptr<HostLookup> nobody_to_ask(sockeye::Network& asker, const std::string& what) {
    return std::make_unique<KnownHost>(
        asker.backend().driver(),
        std::unexpected{Error{Errc::name_not_found, "",
                              what + ": " + std::string{asker.name()} + " knows no name server"}});
}

}  // namespace

std::unique_ptr<HostLookup> NameService::by_name(sockeye::Network& asker, std::string_view name, Family) {
    return nobody_to_ask(asker, std::string{name});
}

std::unique_ptr<HostLookup> NameService::by_address(sockeye::Network& asker, const IpAddress& address) {
    return nobody_to_ask(asker, address.to_string());
}

std::optional<std::uint16_t> NameService::service_port(std::string_view name,
                                                       std::string_view protocol) const {
    const KnownService* found = find(&KnownService::name, name, protocol);
    return found == nullptr ? std::nullopt : std::optional{found->port};
}

std::optional<std::string> NameService::service_name(std::uint16_t port, std::string_view protocol) const {
    const KnownService* found = find(&KnownService::port, port, protocol);
    return found == nullptr ? std::nullopt : std::optional{std::string{found->name}};
}

Result<HostEntry> finish_lookup(Request& request) {
    return static_cast<HostLookup&>(*request.target).finish();
}

Op<HostEntry> asking(std::unique_ptr<HostLookup> lookup, Deadline deadline) {
    static constexpr Call<HostEntry> call{"lookup", Interest::read, &finish_lookup};
    return {call, waiting_at(std::move(lookup), deadline)};
}

}  // namespace sockeye::backend
