// The VLAN tag between an Ethernet frame's source address and its type (IEEE 802.1Q §9).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "wire/ethernet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct VlanTag {
    static constexpr std::size_t size = 4;  // octets, EtherType::vlan in front included
    static constexpr std::uint16_t maximum_id = 4094;

    std::uint8_t priority = 0;  ///< 0 to 7
    bool drop_eligible = false;
    std::uint16_t id = 0;  ///< 0 says that the tag holds a priority alone; 4095 is reserved

    friend bool operator==(const VlanTag&, const VlanTag&) = default;
};

struct VlanFrame {
    VlanTag tag{};
    EtherType ethertype{};                 ///< of the payload; EtherType::vlan again where tags are stacked
    std::span<const std::byte> payload{};  ///< views the input
};

/// @param bytes  the payload of an Ethernet frame whose type is EtherType::vlan
/// @returns bad_value for the reserved identifier 4095
std::expected<VlanFrame, Malformed> parse_vlan(std::span<const std::byte> bytes);

/// Tags a whole Ethernet frame, in front of any tag that it has. @pre the frame has its Ethernet header
void insert_vlan_tag(Packet& frame, const VlanTag& tag);

/// Takes the first tag off again. @pre parse_ethernet() and parse_vlan() read one
void remove_vlan_tag(Packet& frame);

}  // namespace sockeye::wire
