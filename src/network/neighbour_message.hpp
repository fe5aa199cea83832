// What ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861 §4.3, §4.4) both say: who has an
// address? I have. One value for both, so that the floor above it knows one way.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::network {

struct NeighbourMessage {
    enum class Kind : std::uint8_t { solicitation, advertisement };

    Kind kind{};
    IpAddress target{};  ///< the address in question
    /// Of a solicitation: who asks. Unspecified: nobody yet, it probes whether the address is free
    /// (RFC 5227 §2.1, RFC 4862 §5.4.2).
    IpAddress sender{};
    std::optional<wire::MacAddress> mac{};  ///< of who asks, or of who has the target
    bool solicited = false;                 ///< of an advertisement: it answers us
    bool override_cache = false;            ///< what others remember of the target is wrong
    bool router = false;                    ///< the target forwards packets
};

std::optional<NeighbourMessage> read_arp(std::span<const std::byte> message);
/// @param packet  with an ICMPv6 message whose checksum is right
/// @returns nullopt: another message, or not as RFC 4861 §7.1 asks
std::optional<NeighbourMessage> read_neighbour_discovery(const IpPacket& packet);

/// A whole frame.
/// @param to      the neighbour; nullopt: everybody (ARP) or the group that the target belongs to
/// @param to_ip   of an advertisement: whom it answers; unspecified: everybody
Packet write_neighbour_message(const NeighbourMessage& message, const wire::MacAddress& own,
                               const std::optional<wire::MacAddress>& to, const IpAddress& to_ip);

}  // namespace sockeye::network
