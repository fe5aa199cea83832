#include "lab/file/bridge_words.hpp"

#include <algorithm>
#include <string>

#include "base/address_text.hpp"
#include "base/quantity.hpp"
#include "lab/file/words.hpp"
#include "wire/vlan.hpp"

namespace sockeye::lab {
namespace {

using address_text::mistake;
using address_text::shown;

Result<void> set_spanning_tree(SpanningTree& target, std::string_view value) {
    if (value != "on" && value != "off")
        return mistake("spanning-tree: '" + shown(value) + "' is neither on nor off");
    target = value == "on" ? SpanningTree::on : SpanningTree::off;
    return {};
}

Result<void> set_priority(std::uint16_t& target, std::string_view value) {
    constexpr std::uint32_t step = 4096;  // 802.1D-2004 §9.2.5
    const auto parsed = address_text::parse_number(value, 65535);
    if (!parsed || *parsed % step != 0)
        return mistake("priority: '" + shown(value) + "' is none: write 0, 4096, 8192, … 61440");
    target = static_cast<std::uint16_t>(*parsed);
    return {};
}

Result<void> set_ageing(Duration& target, std::string_view value) {
    const Result<Duration> parsed = parse_duration(value);
    if (!parsed) return mistake("ageing: " + std::string{parsed.error().detail()});
    if (*parsed <= Duration::zero()) return mistake("ageing: a bridge that remembers nothing learns nothing");
    target = *parsed;
    return {};
}

Result<void> set_storm_control(std::size_t& target, std::string_view value) {
    constexpr std::uint32_t most = 1'000'000'000;
    const auto parsed = address_text::parse_number(value, most);
    if (!parsed) return mistake("storm-control: '" + shown(value) + "' is no number of frames a second");
    target = *parsed;
    return {};
}

std::optional<std::uint16_t> vlan_number(std::string_view text) {
    const auto parsed = address_text::parse_number(text, wire::VlanTag::maximum_id);
    if (!parsed || *parsed == 0) return std::nullopt;
    return static_cast<std::uint16_t>(*parsed);
}

}  // namespace

Result<void> set_bridge_label(SwitchOptions& bridge, std::string_view label, std::string_view value) {
    if (label == "spanning-tree") return set_spanning_tree(bridge.spanning_tree, value);
    if (label == "priority") return set_priority(bridge.priority, value);
    if (label == "ageing") return set_ageing(bridge.ageing, value);
    if (label == "storm-control") return set_storm_control(bridge.storm_control, value);
    return {};
}

bool is_vlan_word(std::string_view word) {
    return word == "vlan" || word == "trunk" || word == "native";
}

Result<void> set_vlan_word(std::optional<VlanPort>& port, std::string_view word, std::string_view value) {
    std::vector<std::uint16_t> numbers;
    for (const std::string_view each : split(value)) {
        const auto number = vlan_number(each);
        if (!number) return mistake("'" + shown(each) + "' is no VLAN: they are 1 to 4094");
        numbers.push_back(*number);
    }
    if (numbers.empty() || (word != "trunk" && numbers.size() > 1))
        return mistake(std::string{word} +
                       (word == "trunk" ? ": write VLANs, such as 10 20" : ": write one VLAN, such as 10"));
    if (word == "trunk") {
        const std::uint16_t native = port ? port->untagged : 0;
        port = VlanPort::trunk(std::move(numbers), native);
    } else {
        if (!port) port.emplace();
        port->untagged = numbers.front();
    }
    if (std::ranges::find(port->tagged, port->untagged) != port->tagged.end())
        return mistake("VLAN " + std::to_string(port->untagged) + " is native, so it has no tag");
    return {};
}

}  // namespace sockeye::lab
