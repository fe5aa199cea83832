#include "link/switch.hpp"

#include "wire/bpdu.hpp"

namespace sockeye::link {

std::string_view to_string(Forwarding::Why why) {
    using enum Forwarding::Why;
    switch (why) {
        case fine:
        case is_for_the_switch: return {};
        case not_a_frame: return "not a frame";
        case is_there_already: return "its target is where it came from";
        case blocked: return "spanning tree blocks the port";
        case not_in_vlan: return "the port is not in its VLAN";
        case storm: return "storm control";
    }
    return {};
}

Switch::Switch(const Options& options)
    : options_{options}, table_{options.ageing}, storm_control_{options.storm_limit} {
    if (options.spanning_tree) tree_.emplace(*options.spanning_tree);
}

void Switch::add_port(std::uint64_t bits_per_second, Instant now) {
    if (tree_) tree_->add_port(SpanningTree::path_cost(bits_per_second), now);
}

void Switch::disconnect(Port port, Instant now) {
    table_.forget(port);
    if (tree_) tree_->disable(port, now);
}

void Switch::reconnect(Port port, Instant now) {
    if (tree_) tree_->enable(port, now);
}

Forwarding Switch::receive(Port port, const Packet& frame, Instant now) {
    using enum Forwarding::Why;
    const auto ethernet = wire::parse_ethernet(frame.bytes());
    if (!ethernet) return {.why = not_a_frame};
    if (const auto done = hear(port, *ethernet, now)) return *done;

    std::optional<std::uint16_t> vlan{0};
    if (vlans_.are_known()) vlan = vlans_.classify(port, frame);
    if (!vlan) return {.why = not_in_vlan};
    table_.learn(*vlan, ethernet->header.source, port, now);
    if (tree_ && !tree_->forwards(port)) return {.why = blocked};

    const wire::MacAddress& target = ethernet->header.target;
    if (target.is_multicast()) return flood(port, *vlan, now);
    const std::optional<Port> known = table_.find(*vlan, target, now);
    if (!known) return flood(port, *vlan, now);
    if (*known == port) return {.why = is_there_already};
    const Forwarding there{.kind = Forwarding::Kind::one, .port = *known, .vlan = *vlan};
    if (tree_ && !tree_->forwards(*known)) return {.why = blocked};
    if (!reaches(*known, there)) return {.why = not_in_vlan};
    return there;
}

/// With a spanning tree its messages go no further, and a port that does not learn yet takes nothing else.
std::optional<Forwarding> Switch::hear(Port port, const wire::EthernetFrame& frame, Instant now) {
    if (!tree_) return std::nullopt;
    table_.set_ageing(tree_->ageing(options_.ageing));
    if (frame.header.target == wire::Bpdu::group) {
        if (const auto message = wire::parse_bpdu(frame.payload)) tree_->receive(port, *message, now);
        return Forwarding{.why = Forwarding::Why::is_for_the_switch};
    }
    if (!tree_->learns(port)) return Forwarding{.why = Forwarding::Why::blocked};
    return std::nullopt;
}

Forwarding Switch::flood(Port port, std::uint16_t vlan, Instant now) {
    if (!storm_control_.admits(port, now)) return {.why = Forwarding::Why::storm};
    return {.kind = Forwarding::Kind::flood, .vlan = vlan};
}

bool Switch::reaches(Port port, const Forwarding& forwarding) const {
    if (tree_ && !tree_->forwards(port)) return false;
    return !vlans_.are_known() || vlans_.contains(port, forwarding.vlan);
}

std::optional<Switch::Outgoing> Switch::take() {
    if (!tree_) return std::nullopt;
    const std::optional<SpanningTree::Outgoing> next = tree_->take();
    if (!next) return std::nullopt;
    return Outgoing{next->port, wire::make_bpdu_frame(next->message, options_.spanning_tree->id.mac)};
}

}  // namespace sockeye::link
