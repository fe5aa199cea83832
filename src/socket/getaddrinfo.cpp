// getaddrinfo: a host's addresses, each with a port and a type.
#include <algorithm>
#include <array>
#include <iterator>

#include "base/address_text.hpp"
#include "socket/backend.hpp"
#include "socket/destinations.hpp"
#include "socket/hosts.hpp"
#include "socket/part.hpp"
#include "sockeye/names.hpp"

namespace sockeye {
namespace {

constexpr const char* during = "getaddrinfo";

struct TypedPort {
    SocketType type;
    std::uint16_t port;
};

Error not_found(std::string why) {
    return {Errc::name_not_found, during, std::move(why)};
}

/// A number is a port of both types; a name is looked up for each.
Result<std::vector<TypedPort>> ports_of(Network& network, std::string_view service,
                                        std::optional<SocketType> wanted) {
    const auto number = service.empty() ? std::expected<std::uint32_t, address_text::NotANumber>{0U}
                                        : address_text::parse_number(service, 65535);
    std::vector<TypedPort> ports;
    for (SocketType type : {SocketType::stream, SocketType::datagram}) {
        if (wanted && type != *wanted) continue;
        const auto port = number ? std::optional{static_cast<std::uint16_t>(*number)}
                                 : network.backend().names().service_port(
                                       service, type == SocketType::stream ? "tcp" : "udp");
        if (port) ports.push_back({type, *port});
    }
    if (ports.empty())
        return std::unexpected{not_found("no service '" + address_text::shown(service) + '\'')};
    return ports;
}

/// RFC 4291 §2.5.5.2
IpAddress v4_mapped(const IpAddress& v4) {
    std::array<std::uint8_t, 16> octets{};
    octets[10] = octets[11] = 0xff;
    std::ranges::copy(v4.octets(), octets.begin() + 12);
    return IpAddress{octets};
}

/// IPv6 addresses where there are any; else those of IPv4, mapped.
void map_v4(std::vector<Address>& addresses) {
    const auto is_v4 = [](const Address& one) { return one.family() == Family::inet; };
    if (!std::ranges::all_of(addresses, is_v4)) return (void)std::erase_if(addresses, is_v4);
    for (Address& one : addresses) one = Address{v4_mapped(one.ip()), one.port()};
}

class AddressLookup final : public backend::Waitable {
public:
    AddressLookup(Network& network, std::string_view host, std::vector<TypedPort> ports, AddressHints hints)
        : Waitable{network.backend().driver()},
          network_{network},
          host_{host},
          ports_{std::move(ports)},
          hints_{hints} {}

    Result<std::vector<AddressInfo>> finish() {
        const auto known = backend::known_addresses(
            host_, 0, hints_.passive ? backend::Purpose::bind : backend::Purpose::connect, family_to_ask());
        if (known && !*known) return std::unexpected{known->error()};
        if (known) return combined(**known, host_);
        if (hints_.numeric_host) return std::unexpected{not_found(host_ + " is a name, not an address")};
        return ask();
    }

    std::string describe() const override { return host_; }

private:
    std::optional<Family> family_to_ask() const { return hints_.v4_mapped ? std::nullopt : hints_.family; }

    Result<std::vector<AddressInfo>> ask() {
        if (!asked_)
            asked_.emplace(*this, backend::asking(backend::look_up(
                                      network_, host_, backend::families_of(network_, family_to_ask()))));
        if (!asked_->has_ended()) return std::unexpected{Errc::would_block};
        Result<HostEntry> entry = asked_->take();
        if (!entry) return std::unexpected{std::move(entry.error())};
        std::vector<Address> addresses;
        for (const IpAddress& ip : entry->addresses) addresses.emplace_back(ip, 0);
        return combined(std::move(addresses), entry->name);
    }

    std::vector<AddressInfo> combined(std::vector<Address> addresses, const std::string& name) const {
        if (hints_.v4_mapped && hints_.family == Family::inet6) map_v4(addresses);
        std::vector<AddressInfo> infos;
        for (const Address& address : backend::by_preference(network_.backend(), addresses))
            for (const TypedPort& port : ports_)
                infos.push_back({Address{address.ip(), port.port, address.scope()}, port.type, {}});
        if (hints_.canonical_name && !infos.empty()) infos.front().canonical_name = name;
        return infos;
    }

    Network& network_;
    std::string host_;
    std::vector<TypedPort> ports_;
    AddressHints hints_;
    std::optional<backend::Part<HostEntry>> asked_;
};

Result<std::vector<AddressInfo>> try_getaddrinfo(backend::Request& request) {
    return static_cast<AddressLookup&>(*request.target).finish();
}

constexpr backend::Call<std::vector<AddressInfo>> getaddrinfo_call{during, backend::Interest::read,
                                                                   &try_getaddrinfo};

}  // namespace

Op<std::vector<AddressInfo>> getaddrinfo(Network& network, std::string_view host, std::string_view service,
                                         AddressHints hints, Deadline deadline) {
    Result<std::vector<TypedPort>> ports = ports_of(network, service, hints.type);
    std::unique_ptr<AddressLookup> lookup;
    if (ports) lookup = std::make_unique<AddressLookup>(network, host, std::move(*ports), hints);
    backend::Request request = backend::waiting_at(std::move(lookup), deadline);
    if (!ports) request.set_failure(std::move(ports.error()));
    return {getaddrinfo_call, std::move(request)};
}

Op<std::vector<AddressInfo>> getaddrinfo(Network& network, std::string_view host, std::uint16_t port,
                                         AddressHints hints, Deadline deadline) {
    return getaddrinfo(network, host, std::to_string(port), hints, deadline);
}

}  // namespace sockeye
