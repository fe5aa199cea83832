#include "sockeye/lab.hpp"

#include <stdexcept>
#include <utility>

#include "lab/host_node.hpp"
#include "lab/pcapng.hpp"
#include "lab/world.hpp"

namespace sockeye {

namespace {

using lab::HostNode;
using lab::Node;
using lab::Topology;

/// 02: locally administered, of one station. The rest counts the lab's hosts from 1.
wire::MacAddress mac_of_host(std::size_t number) {
    const auto octet = [&](int shift) { return static_cast<std::uint8_t>(number >> shift); };
    return wire::MacAddress{{0x02, 0x00, octet(24), octet(16), octet(8), octet(0)}};
}

std::size_t count_hosts(const Topology& topology) {
    std::size_t hosts = 0;
    for (const auto& node : topology.nodes()) hosts += node->kind() == Node::Kind::host ? 1 : 0;
    return hosts;
}

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument{why};
}

Prefix host_prefix(std::string_view text) {
    const Result<Prefix> prefix = Prefix::parse(text);
    if (!prefix) refuse(prefix.error().message());
    const IpAddress& address = prefix->address;
    if (address.family() != Family::inet) refuse(prefix->to_string() + ": hosts have IPv4 addresses so far");
    // A /31 has no addresses to spare (RFC 3021), and a /32 is all address.
    const bool is_reserved =
        prefix->bits < 31 && (address == prefix->network() || address == prefix->broadcast());
    if (is_reserved || address.is_unspecified() || address.is_loopback() || address.is_multicast())
        refuse(prefix->to_string() + " is not the address of one host; write one such as 10.0.0.1/24");
    return *prefix;
}

void join(lab::World& world, Node& a, Node& b, const CableOptions& options) {
    const std::uint32_t cable = world.topology().connect(a, b, options);
    for (link::End from : {link::End::a, link::End::b}) world.impair(cable, from, options.impairments);
}

void require_own(const Topology& topology, const Node& node) {
    const auto& nodes = topology.nodes();
    if (node.index >= nodes.size() || nodes[node.index].get() != &node)
        refuse("\"" + node.name() + "\" is of another lab");
}

}  // namespace

std::string_view Switch::name() const {
    return node_->name();
}

Host::Host(lab::Node& node, std::unique_ptr<backend::Network> stack)
    : Network{std::move(stack)}, node_{&node} {}
Host::~Host() = default;

Lab::Lab(LabOptions options) : world_{std::make_unique<lab::World>(options.seed)} {}
Lab::~Lab() = default;

Switch& Lab::add_switch(std::string_view name) {
    auto node = std::make_unique<lab::SwitchNode>(std::string{name});
    Switch& facade = node->facade();
    world_->topology().add(std::move(node));
    return facade;
}

Host& Lab::add_host(std::string_view name, Switch& lan, std::string_view prefix, CableOptions cable) {
    Topology& topology = world_->topology();
    require_own(topology, lan.node());
    Topology::check(cable);
    const lab::Identity identity{mac_of_host(count_hosts(topology) + 1), host_prefix(prefix)};
    auto node = std::make_unique<HostNode>(*world_, std::string{name}, identity);
    Host& facade = node->facade();
    join(*world_, topology.add(std::move(node)), lan.node(), cable);
    return facade;
}

void Lab::add_cable(Switch& a, Switch& b, CableOptions cable) {
    require_own(world_->topology(), a.node());
    require_own(world_->topology(), b.node());
    if (&a.node() == &b.node()) refuse("a cable from \"" + std::string{a.name()} + "\" to itself");
    join(*world_, a.node(), b.node(), cable);
}

void Lab::at(Duration at, std::function<void()> action) {
    if (Instant{at} < now())
        refuse("at(" + to_string(at) + "): the lab's clock already shows " + to_string(now()));
    world_->at(Instant{at}, std::move(action));
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

void Lab::crash(std::string_view host) {
    Node& node = world_->topology().node(host);
    if (node.kind() != Node::Kind::host)
        refuse("\"" + node.name() + "\" is not a host: cut its cables instead");
    world_->crash(node);
}

Instant Lab::now() const {
    return world_->now();
}

Result<void> Lab::run_for(Duration duration) {
    return world_->run_until(now() + duration);
}

Result<void> Lab::run() {
    return world_->run_until_all_ended();
}

std::uint64_t Lab::seed() const {
    return world_->seed();
}

std::string Lab::hash() const {
    return world_->recorder().hash();
}

std::string Lab::pcapng() const {
    return lab::to_pcapng(*world_);
}

}  // namespace sockeye
