// ICMP for both families as one value (RFC 792, RFC 4443): two codecs, one meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "network/ip_header.hpp"
#include "network/packet.hpp"

namespace sockeye::network {

struct IcmpMessage {
    enum class Kind : std::uint8_t { echo_request, echo_reply, error, other };

    Kind kind{};
    std::uint16_t identifier = 0;  ///< of an echo, as is `sequence`
    std::uint16_t sequence = 0;
    IcmpError error{};
    std::span<const std::byte> payload{};  ///< an echo's data, or the start of the packet in question
};

/// Whether the packet carries its family's ICMP.
bool is_icmp(const IpHeader& header);
std::uint8_t icmp_protocol(Family family);

/// nullopt: malformed, or its checksum is wrong.
std::optional<IcmpMessage> read_icmp(const IpPacket& packet);

/// The payload of an IP packet between these addresses.
Packet write_echo(const IcmpMessage& echo, const IpAddress& source, const IpAddress& target);
/// @param about  the packet in question from its IP header on; as much of it is quoted as may be
Packet write_icmp_error(const IcmpError& error, const Packet& about, const IpAddress& source,
                        const IpAddress& target);

}  // namespace sockeye::network
