// Numbers of the protocols that IP carries (IANA "Assigned Internet Protocol Numbers").
#pragma once

#include <cstdint>

namespace sockeye::wire::protocol {

inline constexpr std::uint8_t icmp = 1;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;

}  // namespace sockeye::wire::protocol
