#include "wire/vlan.hpp"

#include <algorithm>
#include <cassert>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint16_t drop_eligible_bit = 0x1000;
constexpr std::uint16_t id_mask = 0x0fff;
constexpr std::size_t both_addresses = 12;  // octets

}  // namespace

std::expected<VlanFrame, Malformed> parse_vlan(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const std::uint16_t control = in.u16();
    const auto ethertype = static_cast<EtherType>(in.u16());
    const VlanTag tag{.priority = static_cast<std::uint8_t>(control >> 13),
                      .drop_eligible = (control & drop_eligible_bit) != 0,
                      .id = static_cast<std::uint16_t>(control & id_mask)};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (tag.id > VlanTag::maximum_id) return std::unexpected{Malformed::bad_value};
    return VlanFrame{tag, ethertype, in.rest()};
}

void insert_vlan_tag(Packet& frame, const VlanTag& tag) {
    assert(frame.size() >= EthernetHeader::size);
    assert(tag.id <= VlanTag::maximum_id && tag.priority < 8);
    frame.prepend(VlanTag::size);
    const std::span<std::byte> octets = frame.writable();
    std::ranges::copy(octets.subspan(VlanTag::size, both_addresses), octets.begin());
    Writer out{octets.subspan(both_addresses, VlanTag::size)};
    out.u16(static_cast<std::uint16_t>(EtherType::vlan));
    out.u16(static_cast<std::uint16_t>(tag.priority << 13 | (tag.drop_eligible ? drop_eligible_bit : 0) |
                                       tag.id));
}

void remove_vlan_tag(Packet& frame) {
    assert(frame.size() >= EthernetHeader::size + VlanTag::size);
    const std::span<std::byte> octets = frame.writable();
    std::ranges::copy_backward(octets.first(both_addresses), octets.begin() + both_addresses + VlanTag::size);
    frame.trim_front(VlanTag::size);
}

}  // namespace sockeye::wire
