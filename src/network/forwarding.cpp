// Ip's part that is a router's (RFC 1812 §5): passes on what is for others, and changes nothing but the
// hop limit.
#include <algorithm>
#include <cassert>
#include <utility>

#include "network/ip.hpp"
#include "network/scope.hpp"

namespace sockeye::network {
namespace {

using Kind = IcmpNotice::Kind;

/// What an error about it quotes.
IpPacket unopened(const Arrival& arrival, std::uint32_t interface) {
    IpPacket packet{.header = arrival.header,
                    .payload = arrival.whole,
                    .interface = interface,
                    .header_octets = arrival.payload_at};
    packet.payload.trim_front(arrival.payload_at);
    return packet;
}

/// RFC 4291 §2.5.6, RFC 3927 §2.7: neither from nor to an address that means something on one link alone.
bool stays_on_link(const IpHeader& header) {
    return scope_of(header.source) == Scope::link || scope_of(header.target) == Scope::link ||
           header.source.is_unspecified() || header.target.is_unspecified();
}

}  // namespace

void Ip::forward(const Interface& from, Arrival arrival, Translated translated, Instant now) {
    if (stays_on_link(arrival.header)) return static_cast<void>(drop("a link-local address"));
    const Family family = arrival.header.target.family();
    if (arrival.header.hop_limit <= 1)
        return refuse(from, arrival, {.kind = Kind::hop_limit_exceeded},
                      family == Family::inet ? "TTL expired" : "hop limit exceeded", now);
    const auto hop = next_hop(arrival.header.target, arrival.header.source, 0);
    if (!hop) return refuse(from, arrival, {.kind = Kind::network_unreachable}, "no route", now);
    if (hop->reach != Reach::unicast) return static_cast<void>(drop("broadcast to another network"));

    const std::size_t mtu = mtu_of(*hop);
    // Options would have to be copied into some fragments and not into others: the sender may do that.
    const bool has_options = arrival.payload_at != header_size(family);
    if (arrival.whole.size() > mtu && (!arrival.may_fragment || has_options)) {
        const std::string_view why = family == Family::inet6 ? "too big"
                                     : arrival.may_fragment  ? "too big, with options"
                                                             : "too big, and DF is set";
        const IcmpError error{.kind = Kind::too_big, .value = static_cast<std::uint32_t>(mtu)};
        return refuse(from, arrival, error, why, now);
    }
    if (!translate_outbound(from, *hop, arrival, translated, now)) return;
    decrement_hop_limit(arrival.whole);
    --arrival.header.hop_limit;
    if (arrival.whole.size() <= mtu) return transmit(*hop, std::move(arrival.whole), now);
    forward_in_pieces(*hop, arrival, mtu, now);
}

/// It goes no further, and its sender is told; but of later fragments nobody is (RFC 1122 §3.2.2).
void Ip::refuse(const Interface& from, const Arrival& arrival, const IcmpError& error, std::string_view why,
                Instant now) {
    drop(why);
    if (arrival.fragment && arrival.fragment->offset != 0) return;
    report(unopened(arrival, from.number()), error, now);
}

/// IPv4 alone (RFC 791 §3.2); what is a fragment already falls into smaller ones.
void Ip::forward_in_pieces(const Hop& hop, const Arrival& arrival, std::size_t mtu, Instant now) {
    Packet payload = arrival.whole;
    payload.trim_front(arrival.payload_at);
    const Fragment place = arrival.fragment.value_or(
        Fragment{.identification = arrival.identification, .offset = 0, .more = false});
    for (Packet& piece : fragment(arrival.header, payload, mtu, place)) transmit(hop, std::move(piece), now);
}

// ---- NAT

void Ip::enable_nat(const Interface& outside, const Nat::Config& config, Random random) {
    const auto address = std::ranges::find_if(
        outside.addresses(), [](const Prefix& own) { return own.address.family() == Family::inet; });
    assert(address != outside.addresses().end() && config_.forwarding == Forwarding::on);
    nat_ = std::make_unique<Translation>(Nat{config, address->address, random}, outside.number());
}

/// What is for one of this host's own addresses, unless it is for somebody behind the public one.
std::optional<IpPacket> Ip::accept_public(Interface& interface, Arrival arrival, Instant now) {
    if (!nat_ || arrival.header.target != nat_->table.outside())
        return accept(interface, std::move(arrival), now);
    auto whole = in_one_piece(interface, std::move(arrival), now);
    if (!whole) return std::nullopt;
    // Errors are about the packet as it was sent: a hop is counted before anything is rewritten.
    if (whole->header.hop_limit <= 1) return accept(interface, *std::move(whole), now);
    if (nat_->table.inbound(*whole, now) != Nat::Outcome::translated) {
        drop(no_mapping);
        return accept(interface, *std::move(whole), now);
    }
    const bool hairpin = interface.number() != nat_->outside;
    if (hairpin && nat_->table.outbound(*whole, now) != Nat::Outcome::translated)
        return drop("NAT cannot translate it");
    forward(interface, *std::move(whole), Translated::yes, now);
    return std::nullopt;
}

/// @returns false: the packet must not go on
bool Ip::translate_outbound(const Interface& from, const Hop& hop, Arrival& arrival, Translated translated,
                            Instant now) {
    if (!nat_ || translated == Translated::yes || arrival.header.target.family() != Family::inet) return true;
    if (from.number() == nat_->outside) {  // nobody outside knows inside addresses
        drop("NAT: not the public address");
        return false;
    }
    if (hop.interface + 1 != nat_->outside) return true;
    auto whole = in_one_piece(from, std::move(arrival), now);
    if (!whole) return false;
    if (nat_->table.outbound(*whole, now) != Nat::Outcome::translated) {
        drop("NAT cannot translate it");
        return false;
    }
    arrival = *std::move(whole);
    return true;
}

/// Later fragments have no ports: NAT waits for all (RFC 4787 REQ-14).
std::optional<Arrival> Ip::in_one_piece(const Interface& interface, Arrival arrival, Instant now) {
    if (!arrival.fragment) return arrival;
    Opened opened = open_ip(std::move(arrival));
    opened.packet.interface = interface.number();
    auto outcome = reassembler_.add(opened.packet, *opened.fragment, now);
    dropped_ = outcome.dropped;
    if (!outcome.whole) return std::nullopt;
    auto whole = read_ip(*std::move(outcome.whole));
    if (!whole) return drop("malformed IP");
    whole->identification = identification_++;
    return *std::move(whole);
}

}  // namespace sockeye::network
