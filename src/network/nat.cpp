#include "network/nat.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "wire/checksum.hpp"
#include "wire/icmp.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

// Octets from the start of the IPv4 header, and from that of what it carries.
constexpr std::size_t ip_checksum_at = 10;
constexpr std::size_t source_at = 12;
constexpr std::size_t target_at = 16;
constexpr std::size_t target_port_at = 2;
constexpr std::size_t echo_identifier_at = 4;

enum class End : std::uint8_t { source, target };

std::uint16_t u16_at(std::span<const std::byte> octets, std::size_t at) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[at]) << 8 |
                                      std::to_integer<unsigned>(octets[at + 1]));
}

void put_u16(std::span<std::byte> octets, std::size_t at, std::uint16_t value) {
    octets[at] = static_cast<std::byte>(value >> 8);
    octets[at + 1] = static_cast<std::byte>(value & 0xff);
}

/// RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m').
void adjust(std::span<std::byte> octets, std::size_t checksum_at, std::uint16_t before, std::uint16_t after) {
    std::uint32_t sum = static_cast<std::uint16_t>(~u16_at(octets, checksum_at));
    sum += static_cast<std::uint16_t>(~before);
    sum += after;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    put_u16(octets, checksum_at, static_cast<std::uint16_t>(~sum));
}

/// Where, behind the IP header, the transport's checksum is and the port of one end.
struct Layout {
    std::size_t checksum_at;
    std::size_t port_at;
    bool has_pseudo_header;
    bool zero_means_none;
};

std::optional<Layout> layout_of(std::uint8_t protocol, End end) {
    const std::size_t port_at = end == End::source ? 0 : target_port_at;
    switch (protocol) {
        case wire::protocol::tcp: return Layout{16, port_at, true, false};
        case wire::protocol::udp: return Layout{6, port_at, true, true};
        case wire::protocol::icmp: return Layout{2, echo_identifier_at, false, false};
        default: return std::nullopt;
    }
}

/// Puts an address and a port into an IPv4 packet, or the start of one, and makes the checksums right
/// that are there.
void rewrite(std::span<std::byte> packet, std::size_t payload_at, std::uint8_t protocol, End end,
             const Nat::Endpoint& value) {
    const std::optional<Layout> layout = layout_of(protocol, end);
    const std::size_t checksum_at = payload_at + layout->checksum_at;
    const bool has_checksum =
        packet.size() >= checksum_at + 2 && !(layout->zero_means_none && u16_at(packet, checksum_at) == 0);
    const auto replace = [&](std::size_t at, std::uint16_t after, bool in_ip_header, bool in_transport) {
        const std::uint16_t before = u16_at(packet, at);
        put_u16(packet, at, after);
        if (in_ip_header) adjust(packet, ip_checksum_at, before, after);
        if (in_transport && has_checksum) adjust(packet, checksum_at, before, after);
    };
    const std::size_t address_at = end == End::source ? source_at : target_at;
    const auto octets = std::as_bytes(value.ip.octets());
    for (std::size_t half = 0; half < 4; half += 2)
        replace(address_at + half, u16_at(octets, half), true, layout->has_pseudo_header);
    replace(payload_at + layout->port_at, value.port, false, true);
    if (has_checksum && layout->zero_means_none && u16_at(packet, checksum_at) == 0)
        put_u16(packet, checksum_at, 0xffff);  // RFC 768: 0 would say that there is none
}

constexpr std::size_t least_payload = 8;  // octets: ports, or an echo's identifier

bool is_error(const Arrival& arrival) {
    if (arrival.header.protocol != wire::protocol::icmp) return false;
    const auto message = wire::parse_icmp(arrival.whole.bytes().subspan(arrival.payload_at));
    return message && message->header.is_error();
}

bool is_echo(const Arrival& arrival) {
    const auto message = wire::parse_icmp(arrival.whole.bytes().subspan(arrival.payload_at));
    return message && message->header.is_echo();
}

/// Of the protocols that have something like a port, and in one piece.
bool is_translatable(const Arrival& arrival, End end) {
    if (arrival.header.source.family() != Family::inet || arrival.fragment) return false;
    if (!layout_of(arrival.header.protocol, end)) return false;
    constexpr std::size_t tcp_header = 20;
    const std::size_t octets = arrival.whole.size() - arrival.payload_at;
    if (arrival.header.protocol == wire::protocol::icmp) return octets >= least_payload && is_echo(arrival);
    return octets >= (arrival.header.protocol == wire::protocol::tcp ? tcp_header : least_payload);
}

Nat::Endpoint endpoint_of(const Arrival& arrival, End end) {
    const Layout layout = *layout_of(arrival.header.protocol, end);
    return {.ip = end == End::source ? arrival.header.source : arrival.header.target,
            .port = u16_at(arrival.whole.bytes(), arrival.payload_at + layout.port_at)};
}

void put(Arrival& arrival, End end, const Nat::Endpoint& value) {
    rewrite(arrival.whole.writable(), arrival.payload_at, arrival.header.protocol, end, value);
    (end == End::source ? arrival.header.source : arrival.header.target) = value.ip;
}

}  // namespace

void Nat::forward_port(std::uint8_t protocol, std::uint16_t outside_port, const Endpoint& inside) {
    entries_[{protocol, outside_port}] = {
        .inside = inside, .outside_port = outside_port, .until = Instant::never()};
    ports_[{protocol, inside}] = outside_port;
}

Nat::Outcome Nat::outbound(Arrival& arrival, Instant now) {
    if (is_error(arrival)) return translate_error(arrival, Direction::out, now);
    if (!is_translatable(arrival, End::source)) return Outcome::refused;
    const Endpoint inside = endpoint_of(arrival, End::source);
    Entry* entry = find_inside(arrival.header.protocol, inside, now);
    if (entry == nullptr) entry = map(arrival.header.protocol, inside, now);
    if (entry == nullptr) return Outcome::refused;
    touch(*entry, arrival, Direction::out, now);
    put(arrival, End::source, {outside_, entry->outside_port});
    return Outcome::translated;
}

Nat::Outcome Nat::inbound(Arrival& arrival, Instant now) {
    if (is_error(arrival)) return translate_error(arrival, Direction::in, now);
    if (!is_translatable(arrival, End::target)) return Outcome::none;
    Entry* entry = find_outside(arrival.header.protocol, endpoint_of(arrival, End::target).port, now);
    if (entry == nullptr) return Outcome::none;
    touch(*entry, arrival, Direction::in, now);
    put(arrival, End::target, entry->inside);
    return Outcome::translated;
}

/// An ICMP error is about a packet that went the other way: the packet that it quotes is translated
/// back, then the error itself (RFC 5508 REQ-3 to REQ-5). Nothing is refreshed.
Nat::Outcome Nat::translate_error(Arrival& arrival, Direction direction, Instant now) {
    const Outcome otherwise = direction == Direction::out ? Outcome::refused : Outcome::none;
    constexpr std::size_t header = wire::IcmpHeader::size;
    const std::size_t quoted_at = arrival.payload_at + header;
    const auto about = wire::parse_quoted_ipv4(arrival.whole.bytes().subspan(quoted_at));
    if (!about || about->header.fragment_offset != 0 || about->payload.size() < least_payload)
        return otherwise;
    const End end = direction == Direction::out ? End::target : End::source;
    const std::uint8_t protocol = about->header.protocol;
    const auto layout = layout_of(protocol, end);
    if (!layout) return otherwise;
    const std::uint16_t port = u16_at(about->payload, layout->port_at);
    const Entry* entry = direction == Direction::out
                             ? find_inside(protocol, {about->header.target, port}, now)
                             : find_outside(protocol, port, now);
    if (entry == nullptr) return otherwise;
    const Endpoint value =
        direction == Direction::out ? Endpoint{outside_, entry->outside_port} : entry->inside;

    const std::size_t payload_at =
        static_cast<std::size_t>(about->payload.data() - arrival.whole.bytes().data());
    const std::span<std::byte> whole = arrival.whole.writable();
    rewrite(whole.subspan(quoted_at), payload_at - quoted_at, protocol, end, value);
    const std::span<std::byte> message = whole.subspan(arrival.payload_at);
    constexpr std::size_t checksum_at = 2;
    put_u16(message, checksum_at, 0);
    put_u16(message, checksum_at, wire::checksum(message));

    const bool out = direction == Direction::out;
    IpAddress& outer = out ? arrival.header.source : arrival.header.target;
    outer = value.ip;
    const std::size_t address_at = out ? source_at : target_at;
    std::ranges::copy(std::as_bytes(outer.octets()), whole.begin() + static_cast<std::ptrdiff_t>(address_at));
    put_u16(whole, ip_checksum_at, 0);
    put_u16(whole, ip_checksum_at, wire::checksum(whole.first(arrival.payload_at)));
    return Outcome::translated;
}

Nat::Entry* Nat::find_outside(std::uint8_t protocol, std::uint16_t port, Instant now) {
    const auto found = entries_.find({protocol, port});
    return found == entries_.end() || found->second.until <= now ? nullptr : &found->second;
}

Nat::Entry* Nat::find_inside(std::uint8_t protocol, const Endpoint& endpoint, Instant now) {
    const auto found = ports_.find({protocol, endpoint});
    return found == ports_.end() ? nullptr : find_outside(protocol, found->second, now);
}

Nat::Entry* Nat::map(std::uint8_t protocol, const Endpoint& inside, Instant now) {
    forget_expired(now);
    if (entries_.size() >= config_.maximum) return nullptr;
    const auto port = choose_port(protocol, inside.port, now);
    if (!port) return nullptr;
    ports_[{protocol, inside}] = *port;
    Entry& entry = entries_[{protocol, *port}];
    entry = {.inside = inside, .outside_port = *port, .until = now};
    return &entry;
}

/// The inside's own port where it is free (RFC 4787 §4.2.1); else a random one, of the system's if the
/// inside's is one (REQ-3).
std::optional<std::uint16_t> Nat::choose_port(std::uint8_t protocol, std::uint16_t wanted, Instant now) {
    if (find_outside(protocol, wanted, now) == nullptr) return wanted;
    constexpr std::uint16_t first_unreserved = 1024;
    const std::uint32_t first = wanted < first_unreserved ? 1 : first_unreserved;
    const std::uint32_t count = wanted < first_unreserved ? first_unreserved - 1 : 65536 - first_unreserved;
    const auto start = static_cast<std::uint32_t>(random_.below(count));
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto port = static_cast<std::uint16_t>(first + (start + i) % count);
        if (find_outside(protocol, port, now) == nullptr) return port;
    }
    return std::nullopt;
}

/// The mapping lives on: packets in either direction refresh it (RFC 4787 REQ-6).
void Nat::touch(Entry& entry, const Arrival& arrival, Direction direction, Instant now) {
    if (entry.until == Instant::never()) return;
    entry.timeout = timeout_after(entry.progress, arrival, direction);
    entry.until = now + entry.timeout;
}

Duration Nat::timeout_after(Progress& progress, const Arrival& arrival, Direction direction) const {
    if (arrival.header.protocol == wire::protocol::udp) return config_.udp;
    if (arrival.header.protocol == wire::protocol::icmp) return config_.icmp;
    constexpr std::size_t flags_at = 13;
    constexpr unsigned fin_or_rst = 0x05;
    constexpr unsigned syn = 0x02;
    const auto flags = std::to_integer<unsigned>(arrival.whole.bytes()[arrival.payload_at + flags_at]);
    if ((flags & syn) != 0) progress.ended = false;
    if ((flags & fin_or_rst) != 0) progress.ended = true;
    (direction == Direction::out ? progress.out : progress.in) |= (flags & syn) == 0;
    const bool established = progress.out && progress.in && !progress.ended;
    return established ? config_.tcp_established : config_.tcp_transitory;
}

void Nat::forget_expired(Instant now) {
    std::erase_if(entries_, [&](const auto& row) { return row.second.until <= now; });
    std::erase_if(ports_,
                  [&](const auto& row) { return !entries_.contains({row.first.protocol, row.second}); });
}

std::vector<Nat::Mapping> Nat::list(Instant now) const {
    std::vector<Mapping> rows;
    for (const auto& [outside, entry] : entries_)
        if (entry.until > now)
            rows.push_back({.protocol = outside.protocol,
                            .inside = entry.inside,
                            .outside_port = entry.outside_port,
                            .until = entry.until,
                            .timeout = entry.timeout});
    return rows;
}

}  // namespace sockeye::network
