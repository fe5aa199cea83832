#include "link/vlans.hpp"

#include <algorithm>
#include <utility>

#include "wire/vlan.hpp"

namespace sockeye::link {

namespace {

std::optional<wire::VlanTag> tag_of(const Packet& frame) {
    const auto ethernet = wire::parse_ethernet(frame.bytes());
    if (!ethernet || ethernet->header.ethertype != wire::EtherType::vlan) return std::nullopt;
    const auto tagged = wire::parse_vlan(ethernet->payload);
    return tagged ? std::optional{tagged->tag} : std::nullopt;
}

}  // namespace

void Vlans::set(Port port, Membership membership) {
    if (port >= ports_.size()) ports_.resize(port + 1);
    ports_[port] = std::move(membership);
    are_known_ = true;
}

const Vlans::Membership& Vlans::of(Port port) const {
    static const Membership told_nothing;
    return port < ports_.size() ? ports_[port] : told_nothing;
}

/// A tag of VLAN 0 holds a priority alone (802.1Q §9.6).
std::optional<std::uint16_t> Vlans::classify(Port port, const Packet& frame) const {
    const Membership& membership = of(port);
    const std::optional<wire::VlanTag> tag = tag_of(frame);
    if (!tag || tag->id == 0)
        return membership.untagged != 0 ? std::optional{membership.untagged} : std::nullopt;
    return contains(port, tag->id) ? std::optional{tag->id} : std::nullopt;
}

bool Vlans::contains(Port port, std::uint16_t vlan) const {
    const Membership& membership = of(port);
    return membership.untagged == vlan ||
           std::ranges::find(membership.tagged, vlan) != membership.tagged.end();
}

Packet Vlans::dress(Packet frame, Port port, std::uint16_t vlan) const {
    const std::optional<wire::VlanTag> tag = tag_of(frame);
    const bool wants_tag = of(port).untagged != vlan;
    if (wants_tag && tag && tag->id == vlan) return frame;
    if (tag) wire::remove_vlan_tag(frame);
    if (!wants_tag) return frame;
    wire::VlanTag wanted = tag.value_or(wire::VlanTag{});
    wanted.id = vlan;
    wire::insert_vlan_tag(frame, wanted);
    return frame;
}

}  // namespace sockeye::link
