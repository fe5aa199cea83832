// A switch (IEEE 802.1D, 802.1Q): learns who is where and says where a frame goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/packet.hpp"
#include "link/mac_table.hpp"
#include "link/port.hpp"
#include "link/spanning_tree.hpp"
#include "link/storm_control.hpp"
#include "link/vlans.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::link {

/// What a switch does with one frame.
struct Forwarding {
    enum class Kind : std::uint8_t {
        drop,   ///< nothing
        one,    ///< to `port` alone
        flood,  ///< to every port of its VLAN but the one it came from
    };
    enum class Why : std::uint8_t {
        fine,
        is_for_the_switch,  ///< a message of the spanning tree
        not_a_frame,
        is_there_already,  ///< its target is on the port it came from
        blocked,           ///< by the spanning tree: the port it came from, or the one it would leave by
        not_in_vlan,       ///< the same of VLANs
        storm,             ///< more was flooded from that port than storm control admits
    };

    Kind kind = Kind::drop;
    Port port = 0;
    Why why = Why::fine;  ///< it is dropped
    std::uint16_t vlan = 0;

    friend bool operator==(const Forwarding&, const Forwarding&) = default;
};

/// "spanning tree blocks the port"; empty: nothing was lost.
std::string_view to_string(Forwarding::Why why);

/// Sans I/O. Ports of its cables are numbered from 0.
class Switch {
public:
    struct Options {
        Duration ageing = MacTable::usual_ageing;
        std::size_t storm_limit = 0;  ///< flooded frames a second from one port; 0: no limit
        std::optional<SpanningTree::Options> spanning_tree{};
    };

    Switch() : Switch{Options{}} {}
    explicit Switch(const Options& options);

    /// The next port.
    void add_port(std::uint64_t bits_per_second, Instant now);
    /// Its cable was cut, or healed; stations behind a port without a cable are forgotten.
    void disconnect(Port port, Instant now);
    void reconnect(Port port, Instant now);

    /// A frame has arrived at `port`: learns its sender, and says where it goes.
    Forwarding receive(Port port, const Packet& frame, Instant now);
    /// Whether what is to be forwarded so leaves by that port too.
    bool reaches(Port port, const Forwarding& forwarding) const;
    /// The frame as it leaves by that port.
    Packet dress(const Packet& frame, Port port, const Forwarding& forwarding) const {
        return vlans_.are_known() ? vlans_.dress(frame, port, forwarding.vlan) : frame;
    }

    Vlans& vlans() { return vlans_; }
    const MacTable& table() const { return table_; }
    /// nullopt: there is none.
    const std::optional<SpanningTree>& tree() const { return tree_; }

    // Of the spanning tree: its messages, and its time.
    struct Outgoing {
        Port port;
        Packet frame;
    };
    void poll(Instant now) {
        if (tree_) tree_->poll(now);
    }
    std::optional<Outgoing> take();
    Instant next_wakeup() const { return tree_ ? tree_->next_wakeup() : Instant::never(); }

private:
    std::optional<Forwarding> hear(Port port, const wire::EthernetFrame& frame, Instant now);
    Forwarding flood(Port port, std::uint16_t vlan, Instant now);

    Options options_;
    MacTable table_;
    Vlans vlans_;
    StormControl storm_control_;
    std::optional<SpanningTree> tree_;
};

}  // namespace sockeye::link
