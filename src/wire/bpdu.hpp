// Spanning tree's messages (IEEE 802.1D-2004 §9.3): configuration, topology change and rapid BPDUs.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "wire/ethernet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// Less is better: the root is the least of all.
struct BridgeId {
    std::uint16_t priority = 0x8000;  ///< the lower 12 bits number the tree (802.1D-2004 §9.2.5)
    MacAddress mac{};

    friend auto operator<=>(const BridgeId&, const BridgeId&) = default;
};

enum class BpduType : std::uint8_t { configuration = 0x00, rapid = 0x02, topology_change = 0x80 };

struct Bpdu {
    /// Where all bridges listen (802.1D-2004 table 7-10); no bridge forwards it.
    static constexpr MacAddress group{{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00}};

    BpduType type = BpduType::configuration;

    // A topology_change notification has none of these. Times are in 1/256 s.
    std::uint8_t flags = 0;  ///< 0x01 topology change, 0x80 its acknowledgement; rapid: §9.3.3
    BridgeId root{};
    std::uint32_t root_path_cost = 0;
    BridgeId bridge{};
    std::uint16_t port = 0;  ///< its priority and number
    std::uint16_t message_age = 0;
    std::uint16_t max_age = 20 * 256;
    std::uint16_t hello_time = 2 * 256;
    std::uint16_t forward_delay = 15 * 256;

    friend bool operator==(const Bpdu&, const Bpdu&) = default;
};

/// @param bytes  behind the Ethernet header, whose type is then a length (IEEE 802.3): LLC and BPDU
/// @returns bad_value for another LLC address, protocol or type, or a message older than its
///   maximum age (§9.3.4); truncated
std::expected<Bpdu, Malformed> parse_bpdu(std::span<const std::byte> bytes);

/// A whole frame to all bridges, unpadded.
Packet make_bpdu_frame(const Bpdu& bpdu, const MacAddress& source);

}  // namespace sockeye::wire
