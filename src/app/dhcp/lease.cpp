#include "app/dhcp/lease.hpp"

#include <algorithm>
#include <bit>

namespace sockeye::app::dhcp {
namespace {

using wire::DhcpOption;

/// Where no mask is told: that of the address's class (RFC 950 §2.1).
std::uint8_t bits_of_class(const IpAddress& ip) {
    const std::uint8_t first = ip.octets().front();
    if (first < 128) return 8;
    return first < 192 ? 16 : 24;
}

/// Nothing: a mask with holes.
std::optional<std::uint8_t> bits_of(const IpAddress& mask) {
    std::uint32_t bits = 0;
    for (const std::uint8_t octet : mask.octets()) bits = bits << 8 | octet;
    const int ones = std::countl_one(bits);
    if (std::popcount(bits) != ones) return std::nullopt;
    return static_cast<std::uint8_t>(ones);
}

bool is_host(const IpAddress& ip) {
    return !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast() && !ip.is_loopback();
}

/// T1 and T2 as they are told, if their order makes sense (RFC 2131 §4.4.5); else half and 7/8.
void set_times(Lease& lease, const wire::DhcpOptions& options, std::uint32_t seconds) {
    const std::uint32_t infinite = 0xffff'ffff;  // RFC 2131 §3.3
    if (seconds == infinite) {
        lease.renew = lease.rebind = lease.end = Instant::never();
        return;
    }
    std::uint32_t renew = options.u32(DhcpOption::renewal_time).value_or(seconds / 2);
    std::uint32_t rebind = options.u32(DhcpOption::rebinding_time).value_or(seconds - seconds / 8);
    if (renew > rebind || rebind > seconds) {
        renew = seconds / 2;
        rebind = seconds - seconds / 8;
    }
    lease.renew = lease.began + std::chrono::seconds{renew};
    lease.rebind = lease.began + std::chrono::seconds{rebind};
    lease.end = lease.began + std::chrono::seconds{seconds};
}

}  // namespace

std::optional<Lease> read_lease(const wire::DhcpMessage& message, Instant asked) {
    const wire::DhcpOptions& options = message.options;
    const auto server = options.address(DhcpOption::server_identifier);
    const auto seconds = options.u32(DhcpOption::lease_time);
    const auto mask = options.address(DhcpOption::subnet_mask);
    const auto bits = mask ? bits_of(*mask) : bits_of_class(message.your);
    if (!server || !seconds || *seconds == 0 || !bits || !is_host(message.your)) return std::nullopt;
    Lease lease{.address = {.address = message.your, .bits = *bits},
                .server = *server,
                .routers = options.addresses(DhcpOption::routers),
                .name_servers = options.addresses(DhcpOption::dns_servers),
                .domain = options.text(DhcpOption::domain_name).value_or(""),
                .began = asked};
    set_times(lease, options, *seconds);
    return lease;
}

}  // namespace sockeye::app::dhcp
