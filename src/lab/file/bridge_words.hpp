// What can be said of a bridge and of its ports by name and value: "spanning-tree: on", "vlan: 10".
#pragma once

#include <optional>
#include <string_view>

#include "sockeye/lab.hpp"

namespace sockeye::lab {

/// A label of a bridge: spanning-tree (on, off), priority, ageing, storm-control (frames a second). Any other
/// means nothing to a lab, since labels are for whoever reads a file.
/// @returns invalid_argument with a detail that names the mistake and what to write
Result<void> set_bridge_label(SwitchOptions& bridge, std::string_view label, std::string_view value);

/// Whether a link's word is of the VLANs of a bridge's port, and not of the cable.
bool is_vlan_word(std::string_view word);
/// "vlan: 10" (an access port), or "trunk: 10 20" and "native: 1".
/// @pre is_vlan_word(word)
/// @returns invalid_argument with a detail that names the mistake and what to write
Result<void> set_vlan_word(std::optional<VlanPort>& port, std::string_view word, std::string_view value);

}  // namespace sockeye::lab
