#include "view/graph.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sockeye::view {
namespace {

using lab::EndpointSpec;
using lab::LinkSpec;
using lab::NodeKind;
using lab::NodeSpec;
using lab::TopologyFile;

/// "eth1 10.0.0.1/24", "eth1"
std::string end_text(const TopologyFile& file, const EndpointSpec& end) {
    std::string text = end.card;
    for (const Prefix& address : end.addresses) text += " " + address.to_string();
    if (const NodeSpec* node = file.node(end.node))
        for (const lab::CardPrefix& address : node->addresses)
            if (address.card == end.card) text += " " + address.prefix.to_string();
    return text;
}

/// What is not as usual: "100 Mbit/s 5ms loss 1%".
std::string cable_text(const LinkSpec& link) {
    const CableOptions usual;
    std::string text;
    const auto add = [&](const std::string& more) {
        if (!more.empty()) text += (text.empty() ? "" : " ") + more;
    };
    if (link.cable.bits_per_second != usual.bits_per_second)
        add(fmt::format("{:g} Mbit/s", static_cast<double>(link.cable.bits_per_second) / 1e6));
    if (link.cable.delay != usual.delay) add(to_string(link.cable.delay));
    const Impairments& there = link.ends[0].impairments;
    const Impairments& back = link.ends[1].impairments;
    add(to_string(there));
    if (back != there && back != Impairments{}) add("back: " + to_string(back));
    return text;
}

/// Names hold dots and hyphens, which Mermaid's identifiers must not.
std::string identifier(const TopologyFile& file, const std::string& name) {
    const auto at = std::ranges::find(file.nodes, name, &NodeSpec::name);
    return fmt::format("n{}", at - file.nodes.begin());
}

std::string_view dot_shape(NodeKind kind) {
    switch (kind) {
        case NodeKind::bridge: return "box";
        case NodeKind::router:
        case NodeKind::nat: return "diamond";
        case NodeKind::host:
        case NodeKind::dhcp:
        case NodeKind::dns: break;
    }
    return "ellipse";
}

std::string label(const NodeSpec& node) {
    const bool tells = node.kind != NodeKind::host && node.kind != NodeKind::bridge;
    return tells ? fmt::format("{} ({})", node.name, lab::to_string(node.kind)) : node.name;
}

std::string mermaid_node(const TopologyFile& file, const NodeSpec& node) {
    const std::string id = identifier(file, node.name);
    switch (node.kind) {
        case NodeKind::bridge: return fmt::format("{}[\"{}\"]", id, label(node));
        case NodeKind::router:
        case NodeKind::nat: return fmt::format("{}{{\"{}\"}}", id, label(node));
        case NodeKind::host:
        case NodeKind::dhcp:
        case NodeKind::dns: break;
    }
    return fmt::format("{}([\"{}\"])", id, label(node));
}

}  // namespace

std::string to_dot(const TopologyFile& file) {
    std::string text = fmt::format("graph \"{}\" {{\n", file.name);
    for (const NodeSpec& node : file.nodes)
        text +=
            fmt::format("  \"{}\" [shape={} label=\"{}\"];\n", node.name, dot_shape(node.kind), label(node));
    for (const LinkSpec& link : file.links)
        text += fmt::format("  \"{}\" -- \"{}\" [taillabel=\"{}\" headlabel=\"{}\" label=\"{}\"];\n",
                            link.ends[0].node, link.ends[1].node, end_text(file, link.ends[0]),
                            end_text(file, link.ends[1]), cable_text(link));
    return text + "}\n";
}

std::string to_mermaid(const TopologyFile& file) {
    std::string text = "graph TD\n";
    for (const NodeSpec& node : file.nodes) text += "  " + mermaid_node(file, node) + "\n";
    for (const LinkSpec& link : file.links) {
        const std::string cable = cable_text(link);
        text += fmt::format("  {} ---|\"{} -- {}{}\"| {}\n", identifier(file, link.ends[0].node),
                            end_text(file, link.ends[0]), end_text(file, link.ends[1]),
                            cable.empty() ? "" : " (" + cable + ")", identifier(file, link.ends[1].node));
    }
    return text;
}

}  // namespace sockeye::view
