// A system call about a socket, decoded from its six numbers and the caller's memory. No I/O: the memory
// comes through a function, and nothing that stands in it is trusted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/network_calls.hpp"
#include "sockeye/address.hpp"

namespace sockeye::cli {

/// Copies what stands at `address` of the traced process. @returns how many octets there were
using ReadMemory = std::function<std::size_t(std::uint64_t address, std::span<std::byte> into)>;

struct RawCall {
    NetworkCall call = NetworkCall::other;
    std::array<std::uint64_t, 6> arguments{};
    std::int64_t result = 0;  ///< negative: an errno
};

/// What a socket was made as.
enum class SocketSort : std::uint8_t { unknown, stream, datagram, local, other };

struct SessionCall {
    NetworkCall call = NetworkCall::other;
    int descriptor = -1;
    std::int64_t result = 0;           ///< as in RawCall
    std::optional<Address> address{};  ///< in bind, connect, sendto; out of accept, recvfrom, getsockname
    std::string octets{};              ///< the first of what was sent or received
    SocketSort made = SocketSort::unknown;  ///< by socket()
    std::string_view family{};              ///< "IPv4", "IPv6", "unix", or "other", of socket()
    int number = 0;                         ///< listen's backlog, shutdown's direction, an option's name
    int level = 0;                          ///< an option's

    /// The kernel's convention: -4095 to -1 are errors, every other number is a result.
    bool failed() const { return result < 0 && result >= -4095; }
    int error() const { return failed() ? static_cast<int>(-result) : 0; }
};

/// @pre the call has returned
SessionCall decode(const RawCall& raw, const ReadMemory& memory);

}  // namespace sockeye::cli
