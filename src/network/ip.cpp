#include "network/ip.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "network/neighbour_message.hpp"
#include "network/scope.hpp"
#include "network/source_selection.hpp"
#include "wire/ethernet.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

/// What more is dropped behind, as by any full queue.
constexpr std::size_t queue_limit = 4096;

std::string_view unreadable(wire::Malformed why) {
    return why == wire::Malformed::bad_checksum ? "bad IP header checksum" : "malformed IP";
}

constexpr std::size_t longest_packet(Family family) {
    return 65535 + (family == Family::inet6 ? std::size_t{40} : 0);  // IPv6 does not count its header
}

}  // namespace

Ip::Ip() : Ip{Config{}, Random{0}} {}

Ip::Ip(const Config& config, Random random)
    : config_{config},
      path_mtus_{config.path_mtus},
      reassembler_{config.reassembly},
      icmp_errors_{config.icmp_errors},
      random_{random},
      identification_{static_cast<std::uint32_t>(random.next())} {}

Interface& Ip::add_interface(link::Device& device, std::span<const Prefix> addresses) {
    const auto number = static_cast<std::uint32_t>(interfaces_.size() + 1);
    Interface& interface =
        interfaces_.emplace_back(device, number, config_.neighbours, random_.fork(device.name()));
    if (config_.forwarding == Forwarding::on) interface.act_as_router();
    for (const Prefix& address : addresses) add_address(interface, address);
    return interface;
}

void Ip::add_address(Interface& interface, const Prefix& address) {
    interface.add_address(address);
    add_link_route(interface, address);
}

void Ip::add_link_route(const Interface& interface, const Prefix& address) {
    add_route({.target = {.address = address.network(), .bits = address.bits},
               .gateway = std::nullopt,
               .interface = interface.number() - 1});
}

void Ip::remove_address(Interface& interface, const IpAddress& ip) {
    const auto is_it = [&](const Prefix& own) { return own.address == ip; };
    const auto found = std::ranges::find_if(interface.addresses(), is_it);
    const std::optional<Prefix> removed =
        found == interface.addresses().end() ? std::nullopt : std::optional{*found};
    interface.remove_address(ip);
    latest_hop_.reset();
    if (!removed) return;
    const Prefix network{.address = removed->network(), .bits = removed->bits};
    const bool is_shared = std::ranges::any_of(interface.addresses(), [&](const Prefix& own) {
        return own.bits == network.bits && own.network() == network.address;
    });
    if (!is_shared) routes_.remove(network, std::nullopt, interface.number() - 1, Route::Origin::told);
}

bool Ip::remove_route(const Interface& interface, const Prefix& target, const IpAddress& gateway) {
    latest_hop_.reset();
    return routes_.remove(target, gateway, interface.number() - 1);
}

void Ip::add_route(const Route& route) {
    routes_.add(route);
    latest_hop_.reset();
}

Result<void> Ip::add_route(const Prefix& target, const IpAddress& gateway, std::uint32_t scope,
                           Route::Origin origin) {
    const auto hop = next_hop(gateway, IpAddress::any(gateway.family()), scope);
    const bool on_link = hop && hop->reach == Reach::unicast && hop->next == gateway &&
                         target.address.family() == gateway.family();
    if (!on_link) return std::unexpected{Error{Errc::unreachable, "add_route"}};
    add_route({.target = target, .gateway = gateway, .interface = hop->interface, .origin = origin});
    return {};
}

void Ip::set_computed_routes(std::span<const Route> routes) {
    routes_.replace_computed(routes);
    latest_hop_.reset();
}

// ---- what arrives

std::optional<IpPacket> Ip::receive(link::Device& device, Packet frame, Instant now) {
    if (auto expected = receive_expected(device, frame)) return expected;
    auto packet = receive_any(device, std::move(frame), now);
    if (packet) expect_more_like(device, *packet);
    return packet;
}

std::optional<IpPacket> Ip::receive_any(link::Device& device, Packet frame, Instant now) {
    Interface* interface = find(device);
    if (interface == nullptr) return std::nullopt;
    if (device.framing() == link::Framing::none) {
        auto arrival = read_ip(std::move(frame));
        if (!arrival) return drop(unreadable(arrival.error()));
        return receive_ip(*interface, *std::move(arrival), device.mac(), now);
    }
    const auto parsed = wire::parse_ethernet(frame.bytes());
    if (!parsed) return drop("not an Ethernet frame");
    if (!device.accepts(parsed->header.target)) return std::nullopt;
    const wire::EthernetHeader ethernet = parsed->header;
    if (ethernet.ethertype == wire::EtherType::arp) {
        receive_arp(*interface, *parsed, now);
        return std::nullopt;
    }
    const bool is_ip =
        ethernet.ethertype == wire::EtherType::ipv4 || ethernet.ethertype == wire::EtherType::ipv6;
    if (!is_ip) return drop("neither ARP nor IP");
    frame.trim_front(wire::EthernetHeader::size);
    auto arrival = read_ip(std::move(frame));
    if (!arrival) return drop(unreadable(arrival.error()));
    if (ethertype_of(arrival->header.target.family()) != ethernet.ethertype)
        return drop("its EtherType is that of the other IP");
    return receive_ip(*interface, *std::move(arrival), ethernet.target, now);
}

/// What was asked of everybody is no loss where somebody else is meant.
void Ip::receive_arp(Interface& interface, const wire::EthernetFrame& frame, Instant now) {
    const auto message = read_arp(frame.payload);
    if (!message) return static_cast<void>(drop("malformed ARP"));
    const bool for_others =
        message->kind == NeighbourMessage::Kind::solicitation && !interface.owns(message->target);
    interface.receive(*message, now);
    if (for_others && !frame.header.target.is_multicast()) drop("ARP asks for somebody else");
}

/// @param frame  whom the frame was for
std::optional<IpPacket> Ip::receive_ip(Interface& interface, Arrival arrival, const wire::MacAddress& frame,
                                       Instant now) {
    switch (destination(interface, arrival.header, frame)) {
        case Destination::us: return accept_public(interface, std::move(arrival), now);
        case Destination::elsewhere:
            forward(interface, std::move(arrival), Translated::no, now);
            return std::nullopt;
        case Destination::nowhere: return std::nullopt;
    }
    return std::nullopt;
}

/// RFC 1122 §3.2.1.3 and §3.3.6, RFC 1812 §5.3.4 and §5.3.7, RFC 4291 §2.5 and §2.7.
Ip::Destination Ip::destination(const Interface& interface, const IpHeader& header,
                                const wire::MacAddress& frame) {
    using enum Destination;
    const auto stop = [&](std::string_view why) {
        drop(why);
        return nowhere;
    };
    const auto& [source, target] = std::pair{header.source, header.target};
    const bool is_udp = header.protocol == wire::protocol::udp;
    if (source.is_multicast() || source.is_loopback() || is_broadcast(source)) return stop("martian source");
    if (target.is_loopback()) return stop("martian target");
    if (target.is_multicast()) {
        if (!interface.is_in(target)) return nowhere;  // another group with the same MAC
        return is_udp || target.family() == Family::inet6 ? us : stop("multicast of what is not UDP");
    }
    if (interface.is_broadcast(target)) return is_udp ? us : stop("broadcast of what is not UDP");
    if (is_broadcast(target)) return stop("broadcast to another network");
    if (frame.is_multicast()) return stop("a broadcast frame for one host");
    const std::uint32_t owner = interface_of(target);
    if (owner == interface.number() || (owner != 0 && !is_link_local(target))) return us;
    if (is_udp && may_be_offered(interface, target)) return us;
    return config_.forwarding == Forwarding::on ? elsewhere
                                                : stop("not its address, and it forwards nothing");
}

/// An address that is being offered reaches a host that does not have it yet: a card without any takes
/// whatever datagram is sent to its MAC (RFC 2131 §4.1, "unicast to the client's hardware address").
bool Ip::may_be_offered(const Interface& interface, const IpAddress& target) const {
    return target.family() == Family::inet && !target.is_multicast() && !interface.has(Family::inet) &&
           !is_own(target);
}

std::optional<IpPacket> Ip::accept(Interface& interface, Arrival arrival, Instant now) {
    Opened opened = open_ip(std::move(arrival));
    opened.packet.interface = interface.number();
    if (opened.problem) report(opened.packet, *opened.problem, now);
    if (opened.drop) return drop("IPv6 headers that it cannot take");
    if (!opened.fragment) return deliver(interface, std::move(opened.packet), now);

    Reassembler::Outcome outcome = reassembler_.add(opened.packet, *opened.fragment, now);
    if (outcome.problem) report(opened.packet, *outcome.problem, now);
    dropped_ = outcome.dropped;
    if (!outcome.whole) return std::nullopt;
    auto whole = read_ip(*std::move(outcome.whole));
    if (!whole || whole->fragment) return drop("malformed IP");
    return accept(interface, *std::move(whole), now);
}

std::optional<IpPacket> Ip::deliver(Interface& interface, IpPacket packet, Instant now) {
    if (is_icmp(packet.header)) {
        receive_icmp(interface, packet, now);
        return std::nullopt;
    }
    packet.is_broadcast =
        is_broadcast(packet.header.target) || may_be_offered(interface, packet.header.target);
    if (packet.header.source.is_unspecified() && !packet.is_broadcast) return drop("martian source");
    return packet;
}

// ---- what is sent

Result<void> Ip::send(IpPacket& packet, Instant now) {
    if (send_along_known(packet, now)) return {};
    const auto hop = next_hop(packet.header.target, packet.header.source, packet.interface);
    if (!hop) return std::unexpected{hop.error()};
    const Family family = packet.header.target.family();
    const std::size_t octets = packet.payload.size() + header_size(family);
    if (octets > longest_packet(family)) return std::unexpected{Error{Errc::message_too_large, "send"}};
    if (hop->reach == Reach::loopback) {
        loop_back(std::move(packet));
        return {};
    }
    packet.interface = interfaces_[hop->interface].number();
    // Whoever listens here hears it too: IP_MULTICAST_LOOP, on by default.
    const bool member =
        hop->reach == Reach::multicast && interfaces_[hop->interface].is_in(packet.header.target);
    packet.is_broadcast = hop->reach == Reach::broadcast;
    if (member || packet.is_broadcast) loop_back(packet);

    const std::size_t mtu = path_mtus_.of(packet.header.target, mtu_of(*hop), now);
    if (octets <= mtu) {
        write_ip(packet.payload, packet.header);
        transmit(*hop, std::move(packet.payload), now);
        return {};
    }
    const Fragment place{.identification = identification_++, .offset = 0, .more = false};
    for (Packet& piece : fragment(packet.header, packet.payload, mtu, place))
        transmit(*hop, std::move(piece), now);
    return {};
}

/// A stream's next packet goes where its last one went. @returns false: nothing has happened yet
bool Ip::send_along_known(IpPacket& packet, Instant now) {
    if (!latest_hop_ || latest_hop_->target != packet.header.target) return false;
    const Hop& hop = latest_hop_->hop;  // to one host, beyond one of our devices
    const Family family = packet.header.target.family();
    const std::size_t octets = packet.payload.size() + header_size(family);
    if (octets > path_mtus_.of(packet.header.target, mtu_of(hop), now)) return false;
    write_ip(packet.payload, packet.header);
    interfaces_[hop.interface].send(std::move(packet.payload), hop.next, now);
    return true;
}

void Ip::transmit(const Hop& hop, Packet whole, Instant now) {
    Interface& interface = interfaces_[hop.interface];
    switch (hop.reach) {
        case Reach::loopback: break;
        case Reach::broadcast: interface.broadcast(std::move(whole)); break;
        case Reach::multicast: interface.multicast(std::move(whole), hop.next); break;
        case Reach::unicast: interface.send(std::move(whole), hop.next, now); break;
    }
}

void Ip::loop_back(IpPacket packet) {
    packet.header_octets = 0;
    if (loopback_.size() < queue_limit) loopback_.push_back(std::move(packet));
}

// ---- where things are

Result<IpAddress> Ip::source_for(const IpAddress& target, std::uint32_t scope) const {
    const auto hop = next_hop(target, IpAddress::any(target.family()), scope);
    if (!hop) return std::unexpected{hop.error()};
    if (hop->reach == Reach::loopback)
        return target.is_loopback() ? IpAddress::loopback(target.family()) : target;
    if (target.is_broadcast() && scope != 0) {
        const Prefix* own = interfaces_[hop->interface].address_for(target);
        return own == nullptr ? IpAddress{} : own->address;
    }
    const Interface& leaves_by = interfaces_[hop->interface];
    const Prefix* own = choose_source(leaves_by.addresses(), leaves_by.deprecated(), target, hop->next);
    // An interface without an address that is wide enough may speak for another one.
    for (const Interface& each : interfaces_) {
        if (own != nullptr && (!is_link_local(own->address) || is_link_local(target))) break;
        if (target.is_multicast() && own != nullptr) break;
        const Prefix* other = choose_source(each.addresses(), each.deprecated(), target, hop->next);
        if (other != nullptr && !is_link_local(other->address)) own = other;
    }
    if (own == nullptr) return std::unexpected{Error{Errc::unreachable}};
    return own->address;
}

Result<std::uint32_t> Ip::interface_to(const IpAddress& target) const {
    const auto hop = next_hop(target, IpAddress::any(target.family()), 0);
    if (!hop) return std::unexpected{hop.error()};
    return hop->reach == Reach::loopback ? 0 : interfaces_[hop->interface].number();
}

Result<std::size_t> Ip::path_mtu(const IpAddress& target, Instant now) const {
    const auto hop = next_hop(target, IpAddress::any(target.family()), 0);
    if (!hop) return std::unexpected{hop.error()};
    return path_mtus_.of(target, mtu_of(*hop), now);
}

bool Ip::is_local(const IpAddress& ip) const {
    return ip.is_unspecified() || ip.is_loopback() || is_own(ip);
}

std::uint32_t Ip::interface_of(const IpAddress& own) const {
    const auto found = std::ranges::find_if(interfaces_, [&](const auto& each) { return each.owns(own); });
    return found == interfaces_.end() ? 0 : found->number();
}

bool Ip::is_broadcast(const IpAddress& ip) const {
    return ip.is_broadcast() ||
           std::ranges::any_of(interfaces_, [&](const auto& each) { return each.is_broadcast(ip); });
}

Result<Ip::Hop> Ip::next_hop(const IpAddress& target, const IpAddress& source, std::uint32_t scope) const {
    if (latest_hop_ && latest_hop_->target == target) return latest_hop_->hop;
    const auto hop = look_up(target, source, scope);
    const bool is_routed = hop && hop->reach == Reach::unicast && !is_link_local(target);
    if (is_routed) latest_hop_ = {.target = target, .hop = *hop};
    return hop;
}

Result<Ip::Hop> Ip::look_up(const IpAddress& target, const IpAddress& source, std::uint32_t scope) const {
    const std::uint32_t owner = interface_of(target);
    if (target.is_loopback() || owner != 0)
        return Hop{.reach = Reach::loopback, .interface = 0, .next = target};
    if (target.is_unspecified()) return std::unexpected{Error{Errc::unreachable}};
    if (target.is_broadcast() || target.is_multicast() || is_link_local(target)) {
        const auto interface = interface_for(source, scope);
        if (!interface) return std::unexpected{Error{Errc::unreachable}};
        const Reach to_group = target.is_broadcast() ? Reach::broadcast : Reach::multicast;
        return Hop{.reach = is_link_local(target) ? Reach::unicast : to_group,
                   .interface = *interface,
                   .next = target};
    }
    for (std::uint32_t number = 0; number < interfaces_.size(); ++number) {
        if (interfaces_[number].is_broadcast(target))
            return Hop{.reach = Reach::broadcast, .interface = number, .next = target};
    }
    const Route* route = routes_.find(target);
    if (route == nullptr) return std::unexpected{Error{Errc::unreachable}};
    return Hop{
        .reach = Reach::unicast, .interface = route->interface, .next = route->gateway.value_or(target)};
}

/// For targets that several links may have: the one asked for, else the source's, else the first.
std::optional<std::uint32_t> Ip::interface_for(const IpAddress& source, std::uint32_t scope) const {
    if (scope == 0) scope = interface_of(source);
    if (scope > interfaces_.size() || interfaces_.empty()) return std::nullopt;
    return scope == 0 ? 0 : scope - 1;
}

std::size_t Ip::mtu_of(const Hop& hop) const {
    if (hop.reach == Reach::loopback) return loopback_mtu;
    return interfaces_[hop.interface].mtu(hop.next.family());
}

Interface* Ip::find(const link::Device& device) {
    const auto found = std::ranges::find(interfaces_, &device, [](const Interface& each) {
        return static_cast<const link::Device*>(&each.device());
    });
    return found == interfaces_.end() ? nullptr : &*found;
}

// ---- time

std::optional<IpPacket> Ip::poll(Instant now) {
    for (Interface& interface : interfaces_) {
        interface.poll(now);
        while (const auto address = interface.take_new_address()) add_link_route(interface, *address);
        while (const auto change = interface.take_route_change()) follow(interface, *change);
        while (const auto packet = interface.take_displaced()) {
            const auto arrival = read_ip(*packet);
            if (arrival && !is_own(arrival->header.source))
                note_given_up(*packet, "too many wait for its next hop");
        }
        while (auto packet = interface.take_unreachable()) give_up_on(*std::move(packet), now);
    }
    while (const auto first = reassembler_.take_expired(now))
        report(*first, {.kind = IcmpNotice::Kind::reassembly_exceeded}, now);
    while (!loopback_.empty()) {
        IpPacket packet = std::move(loopback_.front());
        loopback_.pop_front();
        if (!is_icmp(packet.header)) return packet;
        if (!interfaces_.empty()) receive_icmp(interfaces_.front(), packet, now);
        dropped_ = {};
    }
    return std::nullopt;
}

/// Routes that a router has told of (RFC 4861 §6.3.4).
void Ip::follow(const Interface& interface, const RouterDiscovery::Step& change) {
    using Kind = RouterDiscovery::Step::Kind;
    constexpr auto advertised = Route::Origin::advertised;
    const std::uint32_t number = interface.number() - 1;
    const Prefix everything{.address = IpAddress::any(Family::inet6), .bits = 0};
    latest_hop_.reset();
    switch (change.kind) {
        case Kind::use_router: return add_route({everything, change.router, number, advertised});
        case Kind::leave_router: routes_.remove(everything, change.router, number, advertised); return;
        case Kind::prefix_on_link: return add_route({change.prefix, std::nullopt, number, advertised});
        case Kind::prefix_off_link: routes_.remove(change.prefix, std::nullopt, number, advertised); return;
        case Kind::solicit:
        case Kind::claim:
        case Kind::withdraw: return;  // the interface's own business
    }
}

bool Ip::take_configured() {
    bool any = false;
    for (Interface& interface : interfaces_) any |= interface.take_configured();
    return any;
}

Instant Ip::next_wakeup() const {
    if (!loopback_.empty()) return Instant{};
    Instant earliest = reassembler_.next_wakeup();
    for (const Interface& interface : interfaces_) earliest = std::min(earliest, interface.next_wakeup());
    return earliest;
}

bool Ip::is_settled() const {
    return loopback_.empty() && notices_.empty() && icmp_.empty() &&
           std::ranges::all_of(interfaces_, [](const Interface& each) { return each.is_settled(); });
}

std::optional<AddressConflict> Ip::take_conflict() {
    for (Interface& interface : interfaces_)
        if (const auto conflict = interface.take_conflict()) return conflict;
    return std::nullopt;
}

void Ip::confirm(const IpAddress& peer, Instant now) {
    const auto hop = next_hop(peer, IpAddress::any(peer.family()), 0);
    if (hop && hop->reach == Reach::unicast) interfaces_[hop->interface].confirm(hop->next, now);
}

}  // namespace sockeye::network
