#include "lab/topology.hpp"

#include <algorithm>
#include <stdexcept>

#include "lab/routing.hpp"

namespace sockeye::lab {

namespace {

/// Names stand in ladders and in file names of other tools.
void check_name(std::string_view name) {
    const auto is_unfit = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == ':';
    };
    if (name.empty() || std::ranges::any_of(name, is_unfit))
        throw std::invalid_argument{
            "\"" + std::string{name} +
            "\" cannot be a node's name: it needs a letter or more, and neither blanks "
            "nor colons"};
}

/// What of a cable is not as it usually is.
std::string differences(const link::Cable::Options& options) {
    std::string text;
    if (options.queue_limit != link::Cable::Options{}.queue_limit)
        text += " queue " + std::to_string(options.queue_limit);
    if (options.mark_from) text += " mark from " + std::to_string(*options.mark_from);
    return text;
}

void append(std::string& list, std::string_view item) {
    if (!list.empty()) list += ", ";
    list += item;
}

}  // namespace

std::string Connection::Socket::name() const {
    return node->name() + ":" + node->port_name(port);
}

Node* Topology::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

Node& Topology::add(std::unique_ptr<Node> node) {
    check_name(node->name());
    if (find(node->name()) != nullptr)
        throw std::invalid_argument{"there is a node \"" + node->name() + "\" already"};
    node->index = static_cast<std::uint32_t>(nodes_.size());
    by_name_.emplace(node->name(), node.get());
    return *nodes_.emplace_back(std::move(node));
}

void Topology::check(const CableOptions& options) {
    if (options.bits_per_second == 0)
        throw std::invalid_argument{"a cable of 0 bit/s carries nothing: cut it instead"};
    if (options.delay < Duration::zero())
        throw std::invalid_argument{"a cable's delay of " + sockeye::to_string(options.delay) +
                                    " is negative"};
    check(options.impairments);
}

void Topology::check(const Impairments& impairments) {
    if (const std::string mistake = mistake_in(impairments); !mistake.empty())
        throw std::invalid_argument{"impairments: " + mistake};
}

std::uint32_t Topology::connect(Node& a, Node& b, const CableOptions& options, Instant now) {
    check(options);
    const auto index = static_cast<std::uint32_t>(cables_.size());
    const auto plug = [&](Node& node, link::End end) {
        node.plugs.push_back({index, end});
        node.plugged_in(options, now);
        if (node.kind() == Node::Kind::host) ++cards_;
        return Connection::Socket{&node, static_cast<link::Port>(node.plugs.size() - 1)};
    };
    const Connection::Socket end_a = plug(a, link::End::a);
    const Connection::Socket end_b = plug(b, link::End::b);
    link::Cable::Options wanted{.bits_per_second = options.bits_per_second,
                                .delay = options.delay,
                                .queue_limit = options.queue_limit};
    if (options.mark_from > 0) wanted.mark_from = options.mark_from;
    const std::uint32_t cost = options.cost != 0 ? options.cost : cost_of_rate(options.bits_per_second);
    cables_.push_back({link::Cable{wanted}, {end_a, end_b}, cost});
    return index;
}

Node& Topology::node(std::string_view name) const {
    if (Node* found = find(name)) return *found;
    std::string names;
    for (const auto& node : nodes_) append(names, node->name());
    throw std::invalid_argument{"there is no node \"" + std::string{name} + "\"; there are: " + names};
}

std::vector<std::uint32_t> Topology::cables_between(std::string_view a, std::string_view b) const {
    const Node& one = node(a);
    const Node& other = node(b);
    std::vector<std::uint32_t> found;
    std::string names;
    for (std::uint32_t index = 0; index < cables_.size(); ++index) {
        const auto& [first, second] = cables_[index].ends;
        append(names, cables_[index].name());
        if ((first.node == &one && second.node == &other) || (first.node == &other && second.node == &one))
            found.push_back(index);
    }
    if (found.empty())
        throw std::invalid_argument{"there is no cable between \"" + std::string{a} + "\" and \"" +
                                    std::string{b} + "\"; there are: " + names};
    return found;
}

std::string Topology::to_string() const {
    std::string text;
    for (const auto& node : nodes_) text += node->describe() + "\n";
    for (const Connection& connection : cables_) {
        const link::Cable::Options& options = connection.cable.options();
        text += "cable " + connection.name() + " " + std::to_string(options.bits_per_second) + "bit/s " +
                sockeye::to_string(options.delay) + differences(options) + "\n";
        for (link::End from : {link::End::a, link::End::b})
            if (const std::string words = sockeye::to_string(connection.cable.impairments(from));
                !words.empty())
                text += "impaired " + connection.name(from) + " " + words + "\n";
    }
    return text;
}

}  // namespace sockeye::lab
