// A computer in a lab: a node with network cards, our TCP/IP stack on them, and the programs on that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab/node.hpp"
#include "lab/world.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::lab {

class HostNode final : public Node, private stack::Runner {
public:
    /// `world` must outlive it.
    HostNode(World& world, std::string name, const network::Ip::Config& ip = {});

    sockeye::Host& facade() { return *facade_; }

    /// The next card, for the next port; with an address or, for a program to find it one, without.
    void add_card(const Identity& identity, std::size_t mtu);
    /// One more address on the latest card.
    void add_address(const Prefix& address);
    /// The same once nobody else has been found to have it.
    void claim_address(const Prefix& address);
    Result<void> add_route(const Prefix& target, const IpAddress& gateway);
    /// @returns false: it is no router, or has no such card with an IPv4 address
    bool enable_nat(std::string_view card);
    /// @returns false: there is no NAT
    bool forward_port(Transport protocol, std::uint16_t port, const Address& inside);
    void ask_for_ecn();
    std::size_t cards() const { return stack_->devices().size(); }

    std::vector<Identity> identities() const override { return identities_; }
    void receive(link::Port port, Packet frame, Instant now) override;
    void poll(Instant now) override { stack_->poll(now); }
    std::optional<Outgoing> take() override;
    Instant next_wakeup() const override { return stack_->next_wakeup(); }
    void power_off() override;
    void destroy_programs() override;

private:
    void has_work(stack::StackNetwork&) override { world_.has_work(*this); }
    void payload_delivered() override { world_.payload_delivered(); }
    void address_conflict(const network::AddressConflict& conflict) override;
    void addresses_changed(stack::StackNetwork&) override;

    World& world_;
    std::vector<Identity> identities_;
    bool is_on_ = true;
    stack::StackNetwork* stack_ = nullptr;  ///< belongs to the facade
    std::optional<sockeye::Host> facade_;
};

}  // namespace sockeye::lab
