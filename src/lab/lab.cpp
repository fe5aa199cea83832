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

constexpr std::size_t ethernet_mtu = 1500;

/// 02: locally administered, of one station. The rest counts the lab's cards from 1.
wire::MacAddress mac_of_card(std::size_t number) {
    const auto octet = [&](int shift) { return static_cast<std::uint8_t>(number >> shift); };
    return wire::MacAddress{{0x02, 0x00, octet(24), octet(16), octet(8), octet(0)}};
}

std::size_t count_cards(const Topology& topology) {
    std::size_t cards = 0;
    for (const auto& node : topology.nodes())
        if (node->kind() == Node::Kind::host) cards += node->plugs.size();
    return cards;
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
    const std::uint32_t cable = world.topology().connect(a, b, options);
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
    host.add_card({mac_of_card(count_cards(topology) + 1), address}, ethernet_mtu);
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
    const std::size_t cards = count_cards(topology);
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
