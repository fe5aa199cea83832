#include "sockeye/lab.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "lab/host_node.hpp"
#include "lab/pcapng.hpp"
#include "lab/world.hpp"
#include "wire/vlan.hpp"

namespace sockeye {

namespace {

using lab::HostNode;
using lab::mac_of_card;
using lab::Node;
using lab::Topology;

constexpr std::size_t ethernet_mtu = 1500;

/// A switch's own, for the messages of the spanning tree: no card has the second octet.
wire::MacAddress mac_of_switch(std::size_t index) {
    std::array<std::uint8_t, 6> octets = mac_of_card(index + 1).octets();
    octets[1] = 0x01;
    return wire::MacAddress{octets};
}

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument{why};
}

Prefix host_prefix(std::string_view text) {
    const Result<Prefix> prefix = Prefix::parse(text);
    if (!prefix) refuse(prefix.error().message());
    const IpAddress& address = prefix->address;
    // A /31 or /127 has no addresses to spare (RFC 3021, RFC 6164), and a /32 or /128 is all address.
    const bool is_v4 = address.family() == Family::inet;
    const bool is_reserved = prefix->bits < (is_v4 ? 31 : 127) &&
                             (address == prefix->network() || (is_v4 && address == prefix->broadcast()));
    if (is_reserved || address.is_unspecified() || address.is_loopback() || address.is_multicast())
        refuse(prefix->to_string() + " is not the address of one host; write one such as 10.0.0.1/24");
    return *prefix;
}

void join(lab::World& world, Node& a, Node& b, const CableOptions& options) {
    const std::uint32_t cable = world.topology().connect(a, b, options, world.now());
    for (link::End from : {link::End::a, link::End::b}) world.impair(cable, from, options.impairments);
}

void require_own(const Topology& topology, const Node& node) {
    const auto& nodes = topology.nodes();
    if (node.index >= nodes.size() || nodes[node.index].get() != &node)
        refuse("\"" + node.name() + "\" is of another lab");
}

HostNode& node_of(const Topology& topology, Host& host) {
    require_own(topology, host.node());
    return static_cast<HostNode&>(host.node());
}

void add_card(Topology& topology, HostNode& host, const Prefix& address) {
    host.add_card({mac_of_card(topology.cards() + 1), address}, ethernet_mtu);
}

}  // namespace

std::string_view Switch::name() const {
    return node_->name();
}

Host::Host(lab::Node& node, std::unique_ptr<backend::Network> stack)
    : Network{std::move(stack)}, node_{&node} {}
Host::~Host() = default;

Lab::Lab(LabOptions options) : world_{std::make_unique<lab::World>(options.seed)} {
    if (options.spin_limit == 0) refuse("a spin_limit of 0: no program could have a turn");
    world_->set_spin_limit(options.spin_limit);
    world_->keep(options.keep_frames);
    set_speed(options.speed);
}

Lab::~Lab() = default;

Switch& Lab::add_switch(std::string_view name, SwitchOptions options) {
    constexpr std::uint16_t step_of_priority = 0x1000;  // 802.1D-2004 §9.2.5: the rest numbers trees
    if (options.ageing <= Duration::zero())
        refuse("a switch that remembers for " + to_string(options.ageing) + " learns nothing");
    if (options.priority % step_of_priority != 0)
        refuse("a bridge's priority is a multiple of 4096, which " + std::to_string(options.priority) +
               " is not");
    link::Switch::Options wanted{.ageing = options.ageing, .storm_limit = options.storm_control};
    if (options.spanning_tree == SpanningTree::on)
        wanted.spanning_tree = {.id = {options.priority, mac_of_switch(world_->topology().nodes().size())}};
    Node& node = world_->topology().add(std::make_unique<lab::SwitchNode>(std::string{name}, wanted));
    world_->has_work(node);
    return static_cast<lab::SwitchNode&>(node).facade();
}

void Lab::set_vlans(Switch& lan, std::string_view neighbour, const VlanPort& port) {
    Topology& topology = world_->topology();
    require_own(topology, lan.node());
    const auto require = [](std::uint16_t vlan) {
        if (vlan == 0 || vlan > wire::VlanTag::maximum_id)
            refuse("there is no VLAN " + std::to_string(vlan) + ": they are 1 to 4094");
    };
    if (port.untagged != 0) require(port.untagged);
    for (std::uint16_t vlan : port.tagged) {
        require(vlan);
        if (vlan == port.untagged) refuse("VLAN " + std::to_string(vlan) + " is native, so it has no tag");
    }
    auto& node = static_cast<lab::SwitchNode&>(lan.node());
    for (std::uint32_t cable : topology.cables_between(node.name(), neighbour))
        for (const lab::Connection::Socket& end : topology.cables()[cable].ends)
            if (end.node == &node) node.logic().vlans().set(end.port, {port.untagged, port.tagged});
}

Host& Lab::add_host(std::string_view name, Switch& lan, std::string_view prefix, CableOptions cable) {
    Topology& topology = world_->topology();
    require_own(topology, lan.node());
    Topology::check(cable);
    const Prefix address = prefix.empty() ? Prefix{} : host_prefix(prefix);
    auto& node = static_cast<HostNode&>(topology.add(std::make_unique<HostNode>(*world_, std::string{name})));
    add_card(topology, node, address);
    join(*world_, node, lan.node(), cable);
    return node.facade();
}

Host& Lab::add_router(std::string_view name) {
    auto node = std::make_unique<HostNode>(*world_, std::string{name},
                                           network::Ip::Config{.forwarding = network::Forwarding::on});
    return static_cast<HostNode&>(world_->topology().add(std::move(node))).facade();
}

void Lab::connect(Host& host, Switch& lan, std::string_view prefix, CableOptions cable) {
    Topology& topology = world_->topology();
    HostNode& node = node_of(topology, host);
    require_own(topology, lan.node());
    Topology::check(cable);
    add_card(topology, node, host_prefix(prefix));
    join(*world_, node, lan.node(), cable);
}

void Lab::connect(Host& a, std::string_view prefix_of_a, Host& b, std::string_view prefix_of_b,
                  CableOptions cable) {
    Topology& topology = world_->topology();
    HostNode& one = node_of(topology, a);
    HostNode& other = node_of(topology, b);
    if (&one == &other) refuse("a cable from \"" + one.name() + "\" to itself");
    Topology::check(cable);
    const Prefix address_of_a = host_prefix(prefix_of_a);
    const Prefix address_of_b = host_prefix(prefix_of_b);
    const std::size_t cards = topology.cards();
    one.add_card({mac_of_card(cards + 1), address_of_a}, ethernet_mtu);
    other.add_card({mac_of_card(cards + 2), address_of_b}, ethernet_mtu);
    join(*world_, one, other, cable);
}

void Lab::add_address(Host& host, std::string_view prefix) {
    HostNode& node = node_of(world_->topology(), host);
    if (node.cards() == 0) refuse("\"" + node.name() + "\" has no card yet: connect() it first");
    node.add_address(host_prefix(prefix));
}

void Lab::claim_address(Host& host, std::string_view prefix) {
    HostNode& node = node_of(world_->topology(), host);
    if (node.cards() == 0) refuse("\"" + node.name() + "\" has no card yet: connect() it first");
    node.claim_address(host_prefix(prefix));
}

std::vector<std::string> Lab::conflicts() const {
    std::vector<std::string> texts;
    for (const lab::Note& note : world_->recorder().notes())
        if (note.text.starts_with("address conflict")) texts.push_back(note.text);
    return texts;
}

void Lab::add_route(Host& host, std::string_view target, std::string_view gateway) {
    HostNode& node = node_of(world_->topology(), host);
    const Result<Prefix> network = Prefix::parse(target);
    if (!network) refuse(network.error().message());
    const Result<IpAddress> hop = IpAddress::parse(gateway);
    if (!hop) refuse(hop.error().message());
    if (!node.add_route(*network, *hop))
        refuse("\"" + node.name() + "\" has no link on which the gateway " + hop->to_string() + " is");
}

void Lab::enable_nat(Host& router, std::string_view card) {
    HostNode& node = node_of(world_->topology(), router);
    if (!node.enable_nat(card))
        refuse("\"" + node.name() + "\" is no router with a card \"" + std::string{card} +
               "\" that has an IPv4 address");
}

void Lab::ask_for_ecn(Host& host) {
    node_of(world_->topology(), host).ask_for_ecn();
}

void Lab::forward_port(Host& router, Transport protocol, std::uint16_t port, const Address& inside) {
    HostNode& node = node_of(world_->topology(), router);
    if (!node.forward_port(protocol, port, inside))
        refuse("\"" + node.name() + "\" has no NAT: enable_nat() first");
}

void Lab::run_on(Host& host, std::function<Task<>(Host&)> program) {
    node_of(world_->topology(), host).run(std::move(program));
}

void Lab::add_cable(Switch& a, Switch& b, CableOptions cable) {
    require_own(world_->topology(), a.node());
    require_own(world_->topology(), b.node());
    if (&a.node() == &b.node()) refuse("a cable from \"" + std::string{a.name()} + "\" to itself");
    join(*world_, a.node(), b.node(), cable);
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

void Lab::capture_to(std::ostream* out) {
    world_->capture_to(out);
}

std::string Lab::pcapng() const {
    return lab::to_pcapng(*world_);
}

}  // namespace sockeye
