// lwIP as Debian packages it (liblwip: TCP_MSS 1460, a window of 64 KiB with scaling, checksums on and
// computed while copying), with its raw interface on one thread: two interfaces joined in memory.
#pragma once

#include <cstddef>

namespace sockeye::bench {

/// How lwIP's program hands its octets over: tcp_write() with TCP_WRITE_FLAG_COPY, or without.
enum class LwipWrite { copied, referred_to };

/// There is one lwIP in a process: the second call goes on with the connection of the first.
/// @returns octets that have arrived
std::size_t move_by_lwip(LwipWrite how);

}  // namespace sockeye::bench
