// Inbox: octets that the loop has received for a socket, until somebody asks for them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/block_pool.hpp"
#include "sockeye/bytes.hpp"

namespace sockeye::kernel {

class Inbox {
public:
    /// Copies.
    void add(std::span<const std::byte> bytes);

    bool empty() const { return unread_ == nullptr; }
    std::size_t unread() const { return empty() ? 0 : unread_->octets(); }

    /// @returns how many octets of `buffer` were filled
    std::size_t take(std::span<std::byte> buffer);
    /// The same, and they stay.
    std::size_t peek(std::span<std::byte> buffer) const;
    /// All that is there, up to `most`; as it came, without another copy, where it fits.
    Bytes take(std::size_t most);

private:
    struct Unread : FromPool {
        Bytes first;
        std::size_t taken = 0;  ///< octets of `first`
        std::vector<std::byte> more;

        std::size_t octets() const { return first.size() - taken + more.size(); }
    };

    std::unique_ptr<Unread> unread_;  ///< none where nothing waits, as with most connections at most times
};

}  // namespace sockeye::kernel
