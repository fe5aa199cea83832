#include "lab/host_node.hpp"

#include <memory>
#include <utility>

namespace sockeye::lab {

namespace {

stack::Options options_of(const World& world, std::string name, const Identity& identity) {
    stack::Options options;
    options.mac = identity.mac;
    options.address = identity.address;
    options.random = world.random_for(name);
    options.name = std::move(name);
    return options;
}

}  // namespace

HostNode::HostNode(World& world, std::string name, Identity identity)
    : Node{Kind::host, name}, world_{world}, identity_{identity} {
    auto stack = std::make_unique<stack::StackNetwork>(world, static_cast<stack::Runner&>(*this),
                                                       options_of(world, std::move(name), identity));
    stack_ = stack.get();
    facade_.emplace(*this, std::move(stack));
}

void HostNode::receive(link::Port, Packet frame, Instant now) {
    if (is_on_) stack_->receive(std::move(frame), now);
}

std::optional<Outgoing> HostNode::take() {
    if (!is_on_) return std::nullopt;
    std::optional<Packet> frame = stack_->device().take();
    if (!frame) return std::nullopt;
    return Outgoing{0, std::move(*frame)};
}

void HostNode::power_off() {
    is_on_ = false;
    stack_->power_off();
}

void HostNode::destroy_programs() {
    world_.destroy_tasks(*stack_);
}

}  // namespace sockeye::lab
