// Which VLANs the ports of a switch are in (IEEE 802.1Q): what a frame that arrives belongs to, and with or
// without which tag it leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/packet.hpp"
#include "link/port.hpp"

namespace sockeye::link {

class Vlans {
public:
    static constexpr std::uint16_t usual = 1;  ///< of a port that was told nothing (802.1Q table 9-2)

    /// An access port has `untagged` alone; a trunk has tagged ones, and perhaps a native VLAN without a tag.
    struct Membership {
        std::uint16_t untagged = usual;  ///< of frames without a tag, both ways; 0: there are none
        std::vector<std::uint16_t> tagged{};
    };

    /// From now on the switch knows VLANs; until then it passes tagged frames on as it passes all others.
    void set(Port port, Membership membership);
    bool are_known() const { return are_known_; }

    /// nullopt: the port is not in the frame's VLAN (802.1Q §8.6.2: ingress filtering).
    /// @pre the frame has an Ethernet header
    std::optional<std::uint16_t> classify(Port port, const Packet& frame) const;
    bool contains(Port port, std::uint16_t vlan) const;
    /// The frame as it leaves by that port. @pre the port is in the VLAN
    Packet dress(Packet frame, Port port, std::uint16_t vlan) const;

private:
    const Membership& of(Port port) const;

    std::vector<Membership> ports_;  ///< those told of something, and all before them
    bool are_known_ = false;
};

}  // namespace sockeye::link
