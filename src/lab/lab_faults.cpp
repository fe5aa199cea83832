// What is done to a lab while it runs, and what one sees of its cables.
#include <stdexcept>
#include <string>
#include <utility>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "wire/text.hpp"

namespace sockeye {

namespace {

using lab::Node;
using lab::Topology;

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument{why};
}

Node& require_host(const Topology& topology, std::string_view name) {
    Node& node = topology.node(name);
    if (node.kind() != Node::Kind::host)
        refuse("\"" + node.name() + "\" is not a host: cut its cables instead");
    return node;
}

}  // namespace

void Lab::at(Duration at, std::function<void()> action) {
    if (Instant{at} < now())
        refuse("at(" + to_string(at) + "): the lab's clock already shows " + to_string(now()));
    world_->at(Instant{at}, std::move(action));
}

void Lab::every(Duration period, std::function<void()> action, Duration until) {
    if (period <= Duration::zero()) refuse("every(" + to_string(period) + "): not a period");
    world_->every(period, Instant{until}, std::move(action));
}

void Lab::cut(std::string_view a, std::string_view b) {
    for (std::uint32_t cable : world_->topology().cables_between(a, b)) world_->cut(cable);
}

void Lab::heal(std::string_view a, std::string_view b) {
    for (std::uint32_t cable : world_->topology().cables_between(a, b)) world_->heal(cable);
}

void Lab::set(std::string_view a, std::string_view b, const Impairments& impairments) {
    set_one_way(a, b, impairments);
    set_one_way(b, a, impairments);
}

void Lab::set_one_way(std::string_view from, std::string_view to, const Impairments& impairments) {
    Topology& topology = world_->topology();
    Topology::check(impairments);
    const Node& sender = topology.node(from);
    for (std::uint32_t cable : topology.cables_between(from, to)) {
        const bool is_a = topology.cables()[cable].at(link::End::a).node == &sender;
        world_->impair(cable, is_a ? link::End::a : link::End::b, impairments);
    }
}

void Lab::hold(std::string_view a, std::string_view b) {
    for (std::uint32_t cable : world_->topology().cables_between(a, b)) world_->hold(cable);
}

void Lab::release(std::string_view a, std::string_view b) {
    for (std::uint32_t cable : world_->topology().cables_between(a, b)) world_->release(cable);
}

void Lab::partition(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    world_->partition(one, other);
}

void Lab::heal_partition(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    world_->heal_partition(one, other);
}

void Lab::crash(std::string_view host) {
    world_->crash(require_host(world_->topology(), host));
}

void Lab::restart(std::string_view host) {
    world_->restart(require_host(world_->topology(), host));
}

std::vector<LinkState> Lab::links() const {
    std::vector<LinkState> links;
    for (const lab::Connection& connection : world_->topology().cables()) {
        LinkState& state = links.emplace_back(LinkState{.name = connection.name(),
                                                        .is_cut = connection.cable.is_cut(),
                                                        .is_held = connection.cable.is_held()});
        for (const link::Cable::OnItsWay& flight : connection.cable.on_their_way())
            state.in_flight.push_back({.from = connection.at(flight.from).name(),
                                       .to = connection.at(link::opposite(flight.from)).name(),
                                       .departs = flight.departs,
                                       .arrives = flight.arrives,
                                       .text = wire::to_line(flight.frame->packet.bytes())});
    }
    return links;
}

}  // namespace sockeye
