#include "lab/host_node.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "network/scope.hpp"
#include "wire/protocol.hpp"

namespace sockeye::lab {

HostNode::HostNode(World& world, std::string name, const network::Ip::Config& ip)
    : Node{Kind::host, name}, world_{world} {
    stack::Options options;
    options.random = world.random_for(name);
    options.name = std::move(name);
    options.ip = ip;
    auto stack =
        std::make_unique<stack::StackNetwork>(world, static_cast<stack::Runner&>(*this), std::move(options));
    stack_ = stack.get();
    facade_.emplace(*this, std::move(stack));
}

void HostNode::add_card(const Identity& identity, std::size_t mtu) {
    identities_.push_back(identity);
    stack::Card card{.mac = identity.mac, .mtu = mtu};
    if (identity.has_address()) card.addresses.push_back(identity.address);
    stack_->add_card(card);
}

void HostNode::add_address(const Prefix& address) {
    const wire::MacAddress mac = stack_->devices().back().mac();
    identities_.push_back({mac, address});
    stack_->ip().add_address(stack_->ip().interfaces().back(), address);
}

void HostNode::claim_address(const Prefix& address) {
    identities_.push_back({stack_->devices().back().mac(), address});
    stack_->ip().interfaces().back().claim_address(address, world_.now());
    world_.has_work(*this);
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
    return stack_->ip().add_route(target, gateway);
}

bool HostNode::enable_nat(std::string_view card) {
    network::Ip& ip = stack_->ip();
    for (const network::Interface& interface : ip.interfaces()) {
        const bool has_ipv4 = std::ranges::any_of(
            interface.addresses(), [](const Prefix& own) { return own.address.family() == Family::inet; });
        if (interface.device().name() != card || !has_ipv4 || !ip.is_router()) continue;
        ip.enable_nat(interface, {}, world_.random_for(name() + " nat"));
        return true;
    }
    return false;
}

bool HostNode::forward_port(Transport protocol, std::uint16_t port, const Address& inside) {
    network::Nat* nat = stack_->ip().nat();
    if (nat == nullptr) return false;
    const std::uint8_t number = protocol == Transport::tcp ? wire::protocol::tcp : wire::protocol::udp;
    nat->forward_port(number, port, {inside.ip(), inside.port()});
    return true;
}

void HostNode::ask_for_ecn() {
    stack_->tcp().use_ecn(transport::tcp::EcnUse::asked_for);
}

void HostNode::receive(link::Port port, Packet frame, Instant now) {
    if (is_on_) stack_->receive(stack_->devices()[port], std::move(frame), now);
}

std::optional<Outgoing> HostNode::take() {
    if (!is_on_) return std::nullopt;
    for (link::Port port = 0; link::Device & device : stack_->devices()) {
        if (std::optional<Packet> frame = device.take()) return Outgoing{port, std::move(*frame)};
        ++port;
    }
    return std::nullopt;
}

void HostNode::power_off() {
    is_on_ = false;
    stack_->power_off();
}

void HostNode::destroy_programs() {
    world_.destroy_tasks(*stack_);
}

}  // namespace sockeye::lab
