// Numbers of the protocols that IP carries (IANA "Assigned Internet Protocol Numbers"), IPv6's extension
// headers among them.
#pragma once

#include <cstdint>

namespace sockeye::wire::protocol {

inline constexpr std::uint8_t hop_by_hop_options = 0;  // IPv6 alone
inline constexpr std::uint8_t icmp = 1;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;
inline constexpr std::uint8_t ipv6_routing = 43;
inline constexpr std::uint8_t ipv6_fragment = 44;
inline constexpr std::uint8_t icmpv6 = 58;
inline constexpr std::uint8_t no_next_header = 59;
inline constexpr std::uint8_t destination_options = 60;  // IPv6 alone

}  // namespace sockeye::wire::protocol
