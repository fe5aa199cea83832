// What stands behind a descriptor: a socket, an end of a pipe, an epoll set.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "packetdrill/outcome.hpp"
#include "sockeye/time.hpp"

namespace sockeye::packetdrill {

/// What recvmsg(2) fills in.
struct Reception {
    std::span<const iovec> buffers;
    int flags = 0;
    sockaddr_storage from{};
    socklen_t from_length = 0;
    std::size_t received = 0;  ///< octets, of a call that waits for more
    int told = 0;              ///< MSG_TRUNC and its kin
};

/// What sendmsg(2) is given.
struct Dispatch {
    std::span<const iovec> buffers;
    int flags = 0;
    const sockaddr* to = nullptr;
    socklen_t to_length = 0;
    std::size_t sent = 0;  ///< octets, of a call that waits for room
};

/// Which calls may wait.
enum class Patience : std::uint8_t { none, waits };

/// Calls never wait: they say would_wait, and whoever may wait tries again when something has happened.
class File {
public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    bool nonblocking = false;  ///< O_NONBLOCK

    /// poll(2)'s bits as they stand.
    virtual short readiness() = 0;
    /// Two counts, one for each direction, that differ after something has happened there: for EPOLLET.
    virtual std::pair<std::uint64_t, std::uint64_t> activity() { return {0, 0}; }
    virtual Outcome receive(Reception&) { return -EINVAL; }
    virtual Outcome send(Dispatch&) { return -EINVAL; }
    /// Octets that can be read, and that were written and are still here (FIONREAD, TIOCOUTQ).
    virtual Outcome readable() { return -ENOTTY; }
    virtual Outcome unsent() { return -ENOTTY; }
    /// Whether close(2) would have to wait.
    virtual std::optional<Duration> begin_close() { return std::nullopt; }
    virtual Outcome is_closing_done() { return 0; }
};

inline std::size_t size_of(std::span<const iovec> buffers) {
    std::size_t octets = 0;
    for (const iovec& buffer : buffers) octets += buffer.iov_len;
    return octets;
}

/// Calls `take` with each part of `buffers` behind the first `skip` octets, until it takes less than
/// all of one.
template <class Take>
std::size_t for_each_part(std::span<const iovec> buffers, std::size_t skip, Take take) {
    std::size_t octets = 0;
    for (const iovec& buffer : buffers) {
        const std::size_t skipped = std::min(skip, buffer.iov_len);
        skip -= skipped;
        const std::size_t rest = buffer.iov_len - skipped;
        if (rest == 0) continue;
        const std::size_t taken = take(std::span{static_cast<std::byte*>(buffer.iov_base) + skipped, rest});
        octets += taken;
        if (taken < rest) break;
    }
    return octets;
}

}  // namespace sockeye::packetdrill
