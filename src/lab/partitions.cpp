#include "lab/partitions.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "wire/text.hpp"

namespace sockeye::lab {

namespace {

std::string to_text(std::span<const std::string> group) {
    std::vector<std::string> sorted{group.begin(), group.end()};
    std::ranges::sort(sorted);
    std::string text;
    for (const std::string& name : sorted) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// The same whichever group is named first.
std::string name_of(std::span<const std::string> one, std::span<const std::string> other) {
    auto [first, second] = std::pair{to_text(one), to_text(other)};
    if (second < first) std::swap(first, second);
    return first + " | " + second;
}

}  // namespace

void Partitions::Partition::add(const Topology& topology, std::string_view name_of_node, Side side) {
    const Node& node = topology.node(name_of_node);
    Side& its_side = sides[node.index];
    if (its_side != Side::neither && its_side != side)
        throw std::invalid_argument{"\"" + node.name() + "\" cannot be on both sides of a partition"};
    if (std::exchange(its_side, side) == Side::neither) members.push_back(&node);
}

void Partitions::Partition::add_hosts_of_switches(const Topology& topology) {
    const std::vector<const Node*> named = members;
    for (const Node* node : named) {
        if (node->kind() != Node::Kind::switch_) continue;
        for (const Plug& plug : node->plugs) {
            const Node& neighbour = *topology.cables()[plug.cable].at(link::opposite(plug.end)).node;
            if (neighbour.kind() != Node::Kind::host || neighbour.is_router()) continue;
            if (of(neighbour) != Side::neither) continue;
            sides[neighbour.index] = of(*node);
            members.push_back(&neighbour);
        }
    }
}

Partitions::Side Partitions::Partition::of(const IpAddress& address) const {
    const auto found =
        std::ranges::find_if(members, [&](const Node* node) { return node->has_address(address); });
    return found == members.end() ? Side::neither : of(**found);
}

std::string Partitions::begin(const Topology& topology, std::span<const std::string> one,
                              std::span<const std::string> other) {
    if (one.empty() || other.empty())
        throw std::invalid_argument{"a partition needs a node or more on each side"};
    Partition partition{.name = name_of(one, other),
                        .sides = std::vector<Side>(topology.nodes().size(), Side::neither),
                        .members = {}};
    for (const std::string& name : one) partition.add(topology, name, Side::one);
    for (const std::string& name : other) partition.add(topology, name, Side::other);
    partition.add_hosts_of_switches(topology);
    std::string text = partition.name;
    all_.push_back(std::move(partition));
    return text;
}

std::string Partitions::end(std::span<const std::string> one, std::span<const std::string> other) {
    const std::string name = name_of(one, other);
    const auto found = std::ranges::find(all_, name, &Partition::name);
    if (found != all_.end()) {
        all_.erase(found);
        return name;
    }
    std::string names;
    for (const Partition& partition : all_) names += (names.empty() ? "" : "; ") + partition.name;
    throw std::invalid_argument{"there is no partition " + name + "; there " +
                                (names.empty() ? "is none" : "are: " + names)};
}

bool Partitions::separate(const Node& sender, const Node& from, const Node& to, const Packet& frame) const {
    if (all_.empty()) return false;
    const wire::Summary summary = wire::summarise(frame.bytes());
    return std::ranges::any_of(all_, [&](const Partition& partition) {
        const Side target = partition.of(to);
        if (are_apart(partition.of(sender), target) || are_apart(partition.of(from), target)) return true;
        return summary.family.has_value() &&
               are_apart(partition.of(summary.source.ip()), partition.of(summary.target.ip()));
    });
}

}  // namespace sockeye::lab
