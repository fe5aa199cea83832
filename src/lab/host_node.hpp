// A computer in a lab: a node with network cards, our TCP/IP stack on them, and the programs on that.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/host_backend.hpp"
#include "lab/node.hpp"
#include "lab/world.hpp"
#include "socket/stack/stack_network.hpp"
#include "sockeye/tcp_state.hpp"

namespace sockeye::lab {

/// What it is told about its cards, addresses and routes it does again each time it starts, as a machine
/// that reads its files; what programs did is gone.
class HostNode final : public Node, private stack::Runner {
public:
    using Program = std::function<Task<>(sockeye::Host&)>;

    /// `world` must outlive it.
    HostNode(World& world, std::string name, const network::Ip::Config& ip = {});

    sockeye::Host& facade() { return *facade_; }
    /// Of its present life.
    stack::StackNetwork& stack() const { return backend_->stack(); }

    /// Starts it now, and again each time the host does.
    void run(Program program);

    /// The next card, for the next port; with an address or, for a program to find it one, without.
    /// @param name  "": the usual
    void add_card(const Identity& identity, std::size_t mtu, const std::string& name = {});
    /// One more address on the latest card.
    void add_address(const Prefix& address);
    /// The same once nobody else has been found to have it.
    void claim_address(const Prefix& address);
    Result<void> add_route(const Prefix& target, const IpAddress& gateway);
    /// @returns false: it is no router, or has no such card with an IPv4 address
    bool enable_nat(std::string_view card);
    /// The card that has the NAT's public address.
    std::optional<std::size_t> outside() const { return outside_; }
    /// @returns false: there is no NAT
    bool forward_port(Transport protocol, std::uint16_t port, const Address& inside);
    void ask_for_ecn();
    void set_name_servers(const std::vector<Address>& servers);
    /// Of a connection of its, or of who listens for it (RFC 9293 §3.3.2).
    TcpState tcp_state(const Address& own, const Address& peer) const {
        return stack().tcp().state_of(own, peer);
    }
    std::size_t cards() const { return stack().devices().size(); }
    /// How many tasks run on it.
    std::size_t tasks() const { return world_.count_tasks(*backend_); }

    std::vector<Identity> identities() const override { return identities_; }
    bool has_address(const IpAddress& address) const override {
        return stack().ip().interface_of(address) != 0;
    }
    bool keeps_alive() const override { return stack().keepalives() > 0; }
    bool is_router() const override { return ip_.forwarding == network::Forwarding::on; }
    void receive(link::Port port, Packet frame, Instant now) override;
    std::string_view why_dropped() const override { return why_dropped_; }
    std::span<const network::GivenUp> given_up() const override { return stack().given_up(); }
    void poll(Instant now) override { stack().poll(now); }
    std::optional<Outgoing> take() override;
    Instant next_wakeup() const override { return stack().next_wakeup(); }
    Instant idle_until() const override { return stack().idle_until(); }
    void power_off() override;
    void destroy_programs() override;
    void power_on() override;

private:
    void begin_life();
    /// Does it, and again at the beginning of each life.
    void set_up(std::function<void()> step);
    void has_work(stack::StackNetwork&) override { world_.has_work(*this); }
    void payload_delivered() override { world_.payload_delivered(); }
    void address_conflict(const network::AddressConflict& conflict) override;
    void addresses_changed(stack::StackNetwork&) override;

    World& world_;
    network::Ip::Config ip_;
    std::vector<Identity> identities_;
    std::vector<std::function<void()>> set_up_;
    std::list<Program> programs_;  // a list: a coroutine may look into the function that made it
    bool is_on_ = true;
    std::string_view why_dropped_;
    std::optional<std::size_t> outside_;
    HostBackend* backend_ = nullptr;  ///< belongs to the facade
    std::optional<sockeye::Host> facade_;
};

}  // namespace sockeye::lab
