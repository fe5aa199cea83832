// How much the programs send, or ask a socket or a file for, at once.
#pragma once

#include <cstddef>

namespace sockeye::app {

/// Of a conversation: lines, chats, requests.
inline constexpr std::size_t piece_of_talk = std::size_t{16} * 1024;
/// Of files and of what goes through pipes.
inline constexpr std::size_t piece_of_file = std::size_t{64} * 1024;

/// As much as UDP's length field says, its header included (RFC 768).
inline constexpr std::size_t longest_datagram = 65'535;
/// Fits an Ethernet frame behind either IP header: 1500 - 40 - 8 (RFC 8200 §3, RFC 768).
inline constexpr std::size_t datagram_in_a_frame = 1452;

}  // namespace sockeye::app
