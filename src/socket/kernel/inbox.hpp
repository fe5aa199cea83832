// Inbox: octets that the loop has received for a socket, until somebody asks for them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/block_pool.hpp"
#include "base/queue.hpp"
#include "sockeye/bytes.hpp"

namespace sockeye::kernel {

class Inbox {
public:
    void add(Bytes bytes);

    bool empty() const { return unread_ == nullptr; }
    std::size_t unread() const { return empty() ? 0 : unread_->octets; }

    /// @returns how many octets of `buffer` were filled
    std::size_t take(std::span<std::byte> buffer);
    /// The same, and they stay.
    std::size_t peek(std::span<std::byte> buffer) const;
    /// All that is there, up to `most`; without another copy where it is one piece as it came, or lies within
    /// a SharedBlock's.
    Bytes take(std::size_t most);

private:
    struct Unread : FromPool {
        Queue<Bytes> pieces;     ///< few: what came in one turn of the loop
        std::size_t taken = 0;   ///< octets of the first
        std::size_t octets = 0;  ///< not taken, of all
    };

    void drop(std::size_t octets);

    std::unique_ptr<Unread> unread_;  ///< none where nothing waits, as with most connections at most times
};

}  // namespace sockeye::kernel
