// A computer in a lab: a node with one network card, our TCP/IP stack on it, and the programs on that.
#pragma once

#include <optional>
#include <string>

#include "lab/node.hpp"
#include "lab/world.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::lab {

class HostNode final : public Node, private stack::Runner {
public:
    /// `world` must outlive it.
    HostNode(World& world, std::string name, Identity identity);

    sockeye::Host& facade() { return *facade_; }

    std::optional<Identity> identity() const override { return identity_; }
    void receive(link::Port port, Packet frame, Instant now) override;
    void poll(Instant now) override { stack_->poll(now); }
    std::optional<Outgoing> take() override;
    Instant next_wakeup() const override { return stack_->next_wakeup(); }
    void power_off() override;
    void destroy_programs() override;

private:
    void has_work(stack::StackNetwork&) override { world_.has_work(*this); }
    void payload_delivered() override { world_.payload_delivered(); }

    World& world_;
    Identity identity_;
    bool is_on_ = true;
    stack::StackNetwork* stack_ = nullptr;  ///< belongs to the facade
    std::optional<sockeye::Host> facade_;
};

}  // namespace sockeye::lab
