#include "lab/node.hpp"

#include <utility>

namespace sockeye::lab {

wire::MacAddress mac_of_card(std::size_t number) {
    const auto octet = [&](int shift) { return static_cast<std::uint8_t>(number >> shift); };
    return wire::MacAddress{{0x02, 0x00, octet(24), octet(16), octet(8), octet(0)}};
}

std::string Node::port_name(link::Port port) const {
    if (port < port_names_.size() && !port_names_[port].empty()) return port_names_[port];
    return kind_ == Kind::host ? "eth" + std::to_string(port) : std::to_string(port + 1);
}

void Node::name_port(link::Port port, std::string name) {
    if (port_names_.size() <= port) port_names_.resize(port + std::size_t{1});
    port_names_[port] = std::move(name);
}

std::string Node::describe() const {
    std::string text = (kind_ == Kind::host ? "host " : "switch ") + name_;
    for (const Identity& who : identities())
        text += (who.has_address() ? " " + who.address.to_string() : "") + " " + who.mac.to_string();
    return text;
}

void SwitchNode::receive(link::Port port, Packet frame, Instant now) {
    using enum link::Forwarding::Kind;
    using enum Outgoing::Whose;
    const link::Forwarding forwarding = switch_.receive(port, frame, now);
    why_ = forwarding.why;
    if (forwarding.kind == drop) return;
    if (forwarding.kind == one) {
        waiting_.push_back({forwarding.port, switch_.dress(frame, forwarding.port, forwarding), forwarded});
        return;
    }
    for (auto to = static_cast<link::Port>(plugs.size()); to-- > 0;)
        if (to != port && switch_.reaches(to, forwarding))
            waiting_.push_back({to, switch_.dress(frame, to, forwarding), forwarded});
}

std::optional<Outgoing> SwitchNode::take() {
    if (auto own = switch_.take()) return Outgoing{own->port, std::move(own->frame)};
    if (waiting_.empty()) return std::nullopt;
    Outgoing next = std::move(waiting_.back());
    waiting_.pop_back();
    return next;
}

}  // namespace sockeye::lab
