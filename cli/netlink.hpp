// Netlink's framing (netlink(7)): messages in a datagram, attributes in a message. Octets in, views out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace sockeye::cli {

struct NetlinkMessage {
    std::uint16_t type;
    std::uint16_t flags;
    std::span<const std::byte> body;  ///< views the datagram
};

/// Takes the first message off `datagram`.
/// @returns nothing at its end, or where what follows is no message; then nothing is left of it
std::optional<NetlinkMessage> take_message(std::span<const std::byte>& datagram);

/// The first attribute of that type; empty where there is none.
std::span<const std::byte> find_attribute(std::span<const std::byte> attributes, std::uint16_t type);

/// A structure of the kernel's, in this machine's byte order, copied out. A kernel may know fewer
/// fields than its header files (they are zero) or more (they are left).
template <class T>
T copied(std::span<const std::byte> bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), bytes.size() < sizeof(T) ? bytes.size() : sizeof(T));
    return value;
}

}  // namespace sockeye::cli
