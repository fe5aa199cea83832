// A node of a lab: something with a name and ports that cables are plugged into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet.hpp"
#include "link/cable.hpp"
#include "link/switch.hpp"
#include "network/given_up.hpp"
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

/// 02: locally administered, of one station. The rest counts the lab's cards from 1.
wire::MacAddress mac_of_card(std::size_t number);

/// How others address a host's card.
struct Identity {
    wire::MacAddress mac;
    Prefix address;  ///< unspecified: it has none yet

    bool has_address() const { return !address.address.is_unspecified(); }
};

struct Outgoing {
    enum class Whose : std::uint8_t { own, forwarded };  ///< of a switch: its own message, or another's frame

    link::Port port = 0;
    Packet frame;
    Whose whose = Whose::own;
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
    /// "eth0" on a host, "1" (the first) on a switch, where it has got no other name.
    std::string port_name(link::Port port) const;
    void name_port(link::Port port, std::string name);
    /// Of a host: its cards' addresses, the first of each card in the cards' order.
    virtual std::vector<Identity> identities() const { return {}; }
    virtual bool has_address(const IpAddress&) const { return false; }
    /// Whether it passes packets on from network to network.
    virtual bool is_router() const { return false; }
    /// A keepalive of it is armed, which will end what waits in the end.
    virtual bool keeps_alive() const { return false; }
    virtual bool sends_of_its_own() const { return kind_ == Kind::host; }
    /// One line for a recording: "host client 10.0.0.2/24 02:00:00:00:00:02".
    std::string describe() const;

    /// A cable was plugged into the next port.
    virtual void plugged_in(const CableOptions&, Instant) {}
    /// Its cable was cut, or healed.
    virtual void carrier_lost(link::Port, Instant) {}
    virtual void carrier_back(link::Port, Instant) {}

    virtual void receive(link::Port port, Packet frame, Instant now) = 0;
    /// Why what it received last went no further; empty: it did, or has got where it was to go.
    virtual std::string_view why_dropped() const { return {}; }
    /// What poll() has given up waiting with: views of the frames that it came in, or passed on from such.
    virtual std::span<const network::GivenUp> given_up() const { return {}; }
    /// Time has passed, or a program has done something.
    virtual void poll(Instant now) = 0;
    virtual std::optional<Outgoing> take() = 0;
    /// When it wants to be polled at the latest.
    virtual Instant next_wakeup() const = 0;
    /// Before that, poll() and take() have nothing to do; Instant{}: they may have at once.
    virtual Instant idle_until() const { return {}; }

    /// From now on it sends nothing and hears nothing.
    virtual void power_off() = 0;
    /// Destroys the programs that run on it, and all that they hold.
    virtual void destroy_programs() {}
    /// It starts anew. @pre it has no power, and no programs
    virtual void power_on() {}

    std::vector<Plug> plugs;  ///< by port

    // The world's notes about it.
    std::uint32_t index = 0;
    bool is_on = true;
    bool is_due = false;                  ///< it has work
    Instant alarm = Instant::never();     ///< when it wants to be polled
    Instant rings_at = Instant::never();  ///< when the event that stands for it comes, no later
    std::uint64_t alarms = 0;             ///< how many events it has had: an older one means nothing

private:
    Kind kind_;
    std::string name_;
    std::vector<std::string> port_names_;  ///< as far as they have got one
};

class SwitchNode final : public Node {
public:
    explicit SwitchNode(std::string name, const link::Switch::Options& options = {})
        : Node{Kind::switch_, std::move(name)}, facade_{*this}, switch_{options} {}

    sockeye::Switch& facade() { return facade_; }
    link::Switch& logic() { return switch_; }
    const link::Switch& logic() const { return switch_; }

    bool sends_of_its_own() const override { return switch_.tree().has_value(); }
    void plugged_in(const CableOptions& cable, Instant now) override {
        switch_.add_port(cable.bits_per_second, now);
    }
    void carrier_lost(link::Port port, Instant now) override { switch_.disconnect(port, now); }
    void carrier_back(link::Port port, Instant now) override { switch_.reconnect(port, now); }

    void receive(link::Port port, Packet frame, Instant now) override;
    std::string_view why_dropped() const override { return to_string(why_); }
    void poll(Instant now) override { switch_.poll(now); }
    std::optional<Outgoing> take() override;
    Instant next_wakeup() const override { return switch_.next_wakeup(); }
    void power_off() override { waiting_.clear(); }

private:
    sockeye::Switch facade_;
    link::Switch switch_;
    link::Forwarding::Why why_{};
    std::vector<Outgoing> waiting_;  ///< the next one last
};

}  // namespace sockeye::lab
