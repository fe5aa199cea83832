// A node of a lab: something with a name and ports that cables are plugged into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/packet.hpp"
#include "link/cable.hpp"
#include "link/switch.hpp"
#include "sockeye/address.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::lab {

/// Which end of which cable is plugged into a port.
struct Plug {
    std::uint32_t cable = 0;
    link::End end{};
};

/// How others address a host's card.
struct Identity {
    wire::MacAddress mac;
    Prefix address;  ///< unspecified: it has none yet

    bool has_address() const { return !address.address.is_unspecified(); }
};

struct Outgoing {
    link::Port port = 0;
    Packet frame;
};

/// Sans I/O: frames and the time come in by call, frames to be sent are taken out by take().
/// The world does that after each receive() and poll().
class Node {
public:
    enum class Kind : std::uint8_t { host, switch_ };

    Node(Kind kind, std::string name) : kind_{kind}, name_{std::move(name)} {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    Kind kind() const { return kind_; }
    const std::string& name() const { return name_; }
    /// "eth0" on a host, "1" (the first) on a switch.
    std::string port_name(link::Port port) const;
    /// Of a host: its cards' addresses, the first of each card in the cards' order.
    virtual std::vector<Identity> identities() const { return {}; }
    /// One line for a recording: "host client 10.0.0.2/24 02:00:00:00:00:02".
    std::string describe() const;

    virtual void receive(link::Port port, Packet frame, Instant now) = 0;
    /// Time has passed, or a program has done something.
    virtual void poll(Instant now) = 0;
    virtual std::optional<Outgoing> take() = 0;
    /// When it wants to be polled at the latest.
    virtual Instant next_wakeup() const = 0;

    /// From now on it sends nothing and hears nothing.
    virtual void power_off() = 0;
    /// Destroys the programs that run on it, and all that they hold.
    virtual void destroy_programs() {}

    std::vector<Plug> plugs;  ///< by port

    // The world's notes about it.
    std::uint32_t index = 0;
    bool is_due = false;               ///< it has work
    Instant alarm = Instant::never();  ///< when it is going to be polled
    std::uint64_t alarms = 0;          ///< how often that was changed: an older alarm means nothing

private:
    Kind kind_;
    std::string name_;
};

class SwitchNode final : public Node {
public:
    explicit SwitchNode(std::string name) : Node{Kind::switch_, std::move(name)}, facade_{*this} {}

    sockeye::Switch& facade() { return facade_; }

    void receive(link::Port port, Packet frame, Instant now) override;
    void poll(Instant) override {}
    std::optional<Outgoing> take() override;
    Instant next_wakeup() const override { return Instant::never(); }
    void power_off() override { waiting_.clear(); }

private:
    sockeye::Switch facade_;
    link::Switch switch_;
    std::vector<Outgoing> waiting_;  ///< the next one last
};

}  // namespace sockeye::lab
