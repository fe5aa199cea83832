#include "lab/node.hpp"

namespace sockeye::lab {

std::string Node::port_name(link::Port port) const {
    return kind_ == Kind::host ? "eth" + std::to_string(port) : std::to_string(port + 1);
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
