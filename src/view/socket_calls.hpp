// What a caller asks of a socket: each call of the seam, by its number.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "socket/backend.hpp"
#include "socket/remote/message.hpp"

namespace sockeye::view {

/// Where an answer's octets lie until it has been written.
class Room {
public:
    /// @returns so many, and no more than an answer may have
    std::span<std::byte> take(std::size_t octets);
    /// For what appends: empty.
    std::vector<std::byte>& emptied();

private:
    std::vector<std::byte> octets_;
};

/// What a would_block of this call waits for.
backend::Interest interest_of(remote::Call call);

/// Does it, once. @returns invalid_argument for what makes no sense, and is no call at a socket
Result<remote::Answer> call_socket(backend::Socket& socket, const remote::Request& request, Room& room);

}  // namespace sockeye::view
