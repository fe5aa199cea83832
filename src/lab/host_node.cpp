#include "lab/host_node.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "network/scope.hpp"
#include "wire/protocol.hpp"

namespace sockeye::lab {

HostNode::HostNode(World& world, std::string name, const network::Ip::Config& ip)
    : Node{Kind::host, std::move(name)}, world_{world}, ip_{ip} {
    auto backend = std::make_unique<HostBackend>(world);
    backend_ = backend.get();
    begin_life();
    facade_.emplace(*this, std::move(backend));
}

/// Another life draws other ports and sequence numbers, as after a machine's restart.
void HostNode::begin_life() {
    const std::size_t earlier = backend_->lives();
    stack::Options options;
    options.random =
        world_.random_for(earlier == 0 ? name() : name() + " life " + std::to_string(earlier + 1));
    options.name = name();
    options.ip = ip_;
    backend_->begin_life(std::make_unique<stack::StackNetwork>(world_, static_cast<stack::Runner&>(*this),
                                                               std::move(options)));
}

void HostNode::set_up(std::function<void()> step) {
    step();
    set_up_.push_back(std::move(step));
    world_.routes_changed();
}

void HostNode::run(Program program) {
    programs_.push_back(std::move(program));
    if (is_on_) facade_->spawn(programs_.back()(*facade_));
}

void HostNode::add_card(const Identity& identity, std::size_t mtu, const std::string& name) {
    if (!name.empty()) name_port(static_cast<link::Port>(cards()), name);
    set_up([this, identity, mtu, name] {
        identities_.push_back(identity);
        stack::Card card{.mac = identity.mac, .mtu = mtu, .name = name};
        if (identity.has_address()) card.addresses.push_back(identity.address);
        stack().add_card(card);
    });
}

void HostNode::add_address(const Prefix& address) {
    set_up([this, address, card = cards() - 1] {
        identities_.push_back({stack().devices()[card].mac(), address});
        stack().ip().add_address(stack().ip().interfaces()[card], address);
    });
}

void HostNode::claim_address(const Prefix& address) {
    set_up([this, address, card = cards() - 1] {
        identities_.push_back({stack().devices()[card].mac(), address});
        stack().ip().interfaces()[card].claim_address(address, world_.now());
        world_.has_work(*this);
    });
}

void HostNode::address_conflict(const network::AddressConflict& conflict) {
    world_.note("address conflict: " + name() + " and " + conflict.other.to_string() + " both " +
                (conflict.was_ours ? "have " : "want ") + conflict.address.to_string());
    if (conflict.was_ours) return;
    std::erase_if(identities_, [&](const Identity& own) { return own.address.address == conflict.address; });
}

/// What the cards have now, without the addresses that follow from their MACs.
void HostNode::addresses_changed(stack::StackNetwork& stack) {
    identities_.clear();
    for (const network::Interface& interface : stack.ip().interfaces()) {
        const wire::MacAddress& mac = interface.device().mac();
        const std::size_t before = identities_.size();
        for (const Prefix& own : interface.addresses())
            if (own != network::link_local(mac)) identities_.push_back({mac, own});
        if (identities_.size() == before) identities_.push_back({mac, {}});
    }
}

Result<void> HostNode::add_route(const Prefix& target, const IpAddress& gateway) {
    Result<void> added = stack().ip().add_route(target, gateway);
    if (added)
        set_up_.emplace_back([this, target, gateway] { (void)stack().ip().add_route(target, gateway); });
    return added;
}

bool HostNode::enable_nat(std::string_view card) {
    const StableVector<network::Interface>& interfaces = stack().ip().interfaces();
    for (std::size_t i = 0; i < interfaces.size(); ++i) {
        const bool has_ipv4 = std::ranges::any_of(interfaces[i].addresses(), [](const Prefix& own) {
            return own.address.family() == Family::inet;
        });
        if (interfaces[i].device().name() != card || !has_ipv4 || !is_router()) continue;
        outside_ = i;
        set_up([this, i] {
            stack().ip().enable_nat(stack().ip().interfaces()[i], {}, world_.random_for(name() + " nat"));
        });
        return true;
    }
    return false;
}

bool HostNode::forward_port(Transport protocol, std::uint16_t port, const Address& inside) {
    if (stack().ip().nat() == nullptr) return false;
    const std::uint8_t number = protocol == Transport::tcp ? wire::protocol::tcp : wire::protocol::udp;
    set_up([this, number, port, inside] {
        stack().ip().nat()->forward_port(number, port, {inside.ip(), inside.port()});
    });
    return true;
}

void HostNode::ask_for_ecn() {
    set_up([this] { stack().tcp().use_ecn(transport::tcp::EcnUse::asked_for); });
}

void HostNode::set_name_servers(const std::vector<Address>& servers) {
    set_up([this, servers] { stack().names().set_servers(servers); });
}

void HostNode::receive(link::Port port, Packet frame, Instant now) {
    why_dropped_ = "the host is off";
    if (!is_on_) return;
    stack().receive(stack().devices()[port], std::move(frame), now);
    why_dropped_ = stack().take_drop();
}

std::optional<Outgoing> HostNode::take() {
    if (!is_on_) return std::nullopt;
    for (link::Port port = 0; link::Device & device : stack().devices()) {
        if (std::optional<Packet> frame = device.take()) return Outgoing{port, std::move(*frame)};
        ++port;
    }
    return std::nullopt;
}

void HostNode::power_off() {
    is_on_ = false;
    stack().power_off();
}

Result<std::unique_ptr<backend::Socket>> HostBackend::open(backend::SocketKind kind) {
    world_.settle_routes();  // the first thing that a socket does may be to look for a way
    return stack().open(kind);
}

void HostNode::destroy_programs() {
    world_.destroy_tasks(*backend_);
}

void HostNode::power_on() {
    begin_life();
    is_on_ = true;
    identities_.clear();
    for (const std::function<void()>& step : set_up_) step();
    world_.routes_changed();
    for (const Program& program : programs_) facade_->spawn(program(*facade_));
}

}  // namespace sockeye::lab
