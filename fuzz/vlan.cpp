#include "wire/vlan.hpp"

#include <algorithm>

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    const auto ethernet = wire::parse_ethernet(bytes);
    if (!ethernet) return;
    const auto vlan = wire::parse_vlan(ethernet->payload);
    if (!vlan) return;
    Packet frame{bytes};
    wire::insert_vlan_tag(frame, vlan->tag);
    fuzz::require(wire::parse_vlan(wire::parse_ethernet(frame.bytes())->payload)->tag == vlan->tag);
    wire::remove_vlan_tag(frame);
    fuzz::require(std::ranges::equal(frame.bytes(), bytes));
}
