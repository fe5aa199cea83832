#include "network/reassembly.hpp"

#include <algorithm>
#include <utility>

#include "wire/ecn.hpp"
#include "wire/icmpv6.hpp"
#include "wire/ipv6_extension.hpp"

namespace sockeye::network {
namespace {

constexpr std::size_t unit = 8;          // octets in which offsets count
constexpr std::size_t longest = 65535;   // octets of payload; of IPv4, with its header
constexpr std::size_t bookkeeping = 64;  // octets that a piece costs beyond its own

/// RFC 8200 §4.5: what is told to whoever sends such a fragment; IPv4 drops it in silence.
std::optional<IcmpError> complaint(const IpPacket& packet, std::size_t position) {
    if (packet.header.target.family() == Family::inet) return std::nullopt;
    return IcmpError{.kind = IcmpNotice::Kind::parameter_problem,
                     .value = static_cast<std::uint32_t>(position),
                     .code = wire::icmpv6_parameter_problem::header_field};
}

}  // namespace

std::vector<Packet> fragment(const IpHeader& header, const Packet& payload, std::size_t mtu, Fragment place) {
    const std::size_t room = (mtu - fragment_header_size(header.target.family())) / unit * unit;
    const Fragment whole = place;
    std::vector<Packet> fragments;
    for (std::size_t at = 0; at < payload.size(); at += room) {
        const std::size_t octets = std::min(room, payload.size() - at);
        Packet piece{payload.bytes().subspan(at, octets)};
        place.offset = whole.offset + at;
        place.more = whole.more || at + octets < payload.size();
        write_ip_fragment(piece, header, place);
        fragments.push_back(std::move(piece));
    }
    return fragments;
}

Reassembler::Outcome Reassembler::add(const IpPacket& packet, const Fragment& fragment, Instant now) {
    constexpr std::size_t payload_length_at = 4;
    constexpr std::size_t offset_in_header = 2;
    const std::size_t octets = packet.payload.size();
    const std::size_t end = fragment.offset + octets;
    const auto drop = [](std::string_view why, std::optional<IcmpError> problem = std::nullopt) {
        return Outcome{std::nullopt, problem, why};
    };
    if (fragment.more && octets % unit != 0)
        return drop("fragment whose length is not a multiple of 8", complaint(packet, payload_length_at));
    if (end > longest)
        return drop("fragment beyond 65535 octets",
                    complaint(packet, packet.header_octets - wire::Ipv6Fragment::size + offset_in_header));
    if (octets == 0) return drop("fragment of nothing");

    const IpHeader& header = packet.header;
    const bool is_v4 = header.target.family() == Family::inet;
    const auto [found, is_new] = pending_.try_emplace(Key{
        header.source, header.target, is_v4 ? header.protocol : std::uint8_t{0}, fragment.identification});
    Pending& pending = found->second;
    if (is_new) {
        pending.key = &found->first;
        pending.began = now;
        by_age_.push(pending);
    }
    if (pending.condemned) return drop("fragment of a packet that was given up");
    if (const auto same = pending.pieces.find(fragment.offset);
        same != pending.pieces.end() && same->second.size() == octets)
        return drop("fragment that is here already");
    if (!fits(pending, fragment.offset, end, fragment)) {
        condemn(pending);
        return drop("fragments overlap");
    }
    const wire::Ecn ecn = wire::ecn_of(header.traffic_class);
    if (ecn == wire::Ecn::ce) pending.is_marked = true;
    if (ecn == wire::Ecn::not_ect) pending.is_markable = false;
    if (pending.is_marked && !pending.is_markable) {  // RFC 3168 §5.3: of one packet that cannot be
        condemn(pending);
        return drop("fragments disagree about ECN");
    }
    pending.pieces.emplace(fragment.offset, packet.payload);
    pending.octets += octets;
    memory_ += octets + bookkeeping;
    if (!fragment.more) pending.total = end;
    if (fragment.offset == 0) pending.first = packet;
    if (pending.total != pending.octets) {
        make_room();
        return {};
    }
    Packet whole = join(pending);
    forget(found);
    return {std::move(whole), std::nullopt};
}

/// Neither overlaps what is there nor contradicts where the packet ends.
bool Reassembler::fits(const Pending& pending, std::size_t begin, std::size_t end,
                       const Fragment& fragment) const {
    if (pending.total && (end > *pending.total || (!fragment.more && end != *pending.total))) return false;
    const auto following = pending.pieces.lower_bound(begin);
    if (following != pending.pieces.end() && (following->first < end || !fragment.more)) return false;
    if (following == pending.pieces.begin()) return true;
    const auto& [offset, piece] = *std::prev(following);
    return offset + piece.size() <= begin;
}

/// What has come and what will come of it is dropped, until its time is over.
void Reassembler::condemn(Pending& pending) {
    memory_ -= pending.octets + pending.pieces.size() * bookkeeping;
    pending.pieces.clear();
    pending.octets = 0;
    pending.total.reset();
    pending.first.reset();
    pending.condemned = true;
}

Packet Reassembler::join(const Pending& pending) {
    Packet whole{pending.octets};
    std::byte* at = whole.writable().data();
    for (const auto& [offset, piece] : pending.pieces)
        at = std::copy_n(piece.bytes().data(), piece.bytes().size(), at);
    IpHeader header = pending.first->header;
    if (pending.is_marked) header.traffic_class = wire::with_ecn(header.traffic_class, wire::Ecn::ce);
    write_ip(whole, header, Fragmenting::allowed);
    return whole;
}

void Reassembler::forget(Table::iterator pending) {
    memory_ -= pending->second.octets + pending->second.pieces.size() * bookkeeping;
    pending_.erase(pending);
}

void Reassembler::make_room() {
    while (memory_ > config_.memory || pending_.size() > config_.packets) forget(oldest());
}

std::optional<IpPacket> Reassembler::take_expired(Instant now) {
    while (next_wakeup() <= now) {
        const auto expired = oldest();
        std::optional<IpPacket> first = std::move(expired->second.first);
        for (auto& [offset, piece] : expired->second.pieces) given_up_.push_back(piece);
        forget(expired);
        if (first) return first;
    }
    return std::nullopt;
}

}  // namespace sockeye::network
