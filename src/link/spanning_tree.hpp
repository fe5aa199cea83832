// The spanning tree of a bridged LAN (IEEE 802.1D-1998 §8): which ports of a switch forward, so that
// switches cabled in loops carry no frame round and round.
//
// Every bridge tells its neighbours which root it knows and at what cost. From what it hears it takes the
// best root, the port with the least cost to it (the root port) and the ports where nobody else is nearer to
// it (designated ports); the others block. A port that is to forward listens and learns first, a forward
// delay each, since what the tree looks like elsewhere may take so long to change.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "link/port.hpp"
#include "sockeye/time.hpp"
#include "wire/bpdu.hpp"

namespace sockeye::link {

/// Sans I/O: messages and the time come in by call, messages to be sent are taken out by take().
class SpanningTree {
public:
    enum class State : std::uint8_t { disabled, blocking, listening, learning, forwarding };

    struct Options {
        wire::BridgeId id{};
        // Of the whole tree, if this bridge is its root (802.1D-1998 table 8-3).
        Duration hello = 2s;
        Duration max_age = 20s;
        Duration forward_delay = 15s;
    };

    struct Outgoing {
        Port port;
        wire::Bpdu message;
    };

    explicit SpanningTree(const Options& options);

    /// What a port adds to the cost of a path, by its rate (802.1D-2004 table 17-3).
    static std::uint32_t path_cost(std::uint64_t bits_per_second);

    /// The next port, whose cable is whole.
    void add_port(std::uint32_t cost, Instant now);
    /// Its cable was cut, or healed.
    void disable(Port port, Instant now);
    void enable(Port port, Instant now);

    void receive(Port port, const wire::Bpdu& message, Instant now);
    void poll(Instant now);
    Instant next_wakeup() const;
    std::optional<Outgoing> take();

    State state(Port port) const { return ports_[port].state; }
    bool forwards(Port port) const { return state(port) == State::forwarding; }
    bool learns(Port port) const { return state(port) >= State::learning; }
    bool is_root() const { return root_.root == options_.id; }
    const wire::BridgeId& root() const { return root_.root; }
    std::uint32_t root_path_cost() const { return root_.cost; }
    /// nullopt: this bridge is the root.
    std::optional<Port> root_port() const { return root_port_; }
    /// While the tree changes, what switches have learned is soon forgotten (§8.3.5).
    Duration ageing(Duration usual) const { return topology_change_ ? times_.forward_delay : usual; }

private:
    /// How good a path to the root is: less is better (§8.6.2.2, §8.6.8.3).
    struct Path {
        wire::BridgeId root;
        std::uint32_t cost = 0;
        wire::BridgeId bridge;
        std::uint16_t port = 0;

        friend auto operator<=>(const Path&, const Path&) = default;
    };
    struct Times {
        Duration hello;
        Duration max_age;
        Duration forward_delay;
    };
    struct BridgePort {
        std::uint16_t id;
        std::uint32_t cost;
        State state = State::blocking;
        Path designated{};  ///< what the LAN at this port hears from whoever is nearest to the root
        bool must_acknowledge_change = false;
        bool has_pending_message = false;
        Instant message_expires = Instant::never();
        Instant heard_at{};  ///< when the information about the root would have been fresh
        Instant moves_on = Instant::never();
        Instant may_send_at{};  ///< one message a second (§8.10.2)
    };

    bool is_designated(const BridgePort& port) const {
        return port.designated.bridge == options_.id && port.designated.port == port.id;
    }
    bool supersedes(const BridgePort& port, const Path& path) const;
    void become_designated(BridgePort& port);
    void configure(Instant now);
    void choose_root();
    void choose_designated_ports();
    void set_states(Instant now);
    void go_towards_forwarding(BridgePort& port, Instant now);
    void block(BridgePort& port, Instant now);

    void receive_configuration(BridgePort& port, const wire::Bpdu& message, Instant now);
    void record(BridgePort& port, const wire::Bpdu& message, Instant now);
    void follow_root(const wire::Bpdu& message, Instant now);
    void lose(BridgePort& port, Instant now);
    void after_change_of_root(bool was_root, Instant now);

    void detect_change(Instant now);
    void move_on(BridgePort& port, Instant now);

    void tell_all(Instant now);
    void tell(BridgePort& port, Instant now);
    void notify_root(Instant now);
    Duration age_of_information(Instant now) const;
    Port number(const BridgePort& port) const { return static_cast<Port>(port.id & 0xfff) - 1; }

    Options options_;
    Times times_;  ///< the root's
    std::vector<BridgePort> ports_;
    Path root_{};  ///< root and cost: what this bridge tells
    std::optional<Port> root_port_;
    bool change_detected_ = false;
    bool topology_change_ = false;
    Instant next_hello_ = Instant::never();
    Instant next_notification_ = Instant::never();
    Instant change_over_ = Instant::never();
    std::deque<Outgoing> outbox_;
};

}  // namespace sockeye::link
