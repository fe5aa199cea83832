// Inbox: octets that the loop has received for a socket, until somebody asks for them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sockeye/bytes.hpp"

namespace sockeye::kernel {

class Inbox {
public:
    /// Copies.
    void add(std::span<const std::byte> bytes);

    bool empty() const { return unread() == 0; }
    std::size_t unread() const { return first_.size() - taken_ + more_.size(); }

    /// @returns how many octets of `buffer` were filled
    std::size_t take(std::span<std::byte> buffer);
    /// The same, and they stay.
    std::size_t peek(std::span<std::byte> buffer) const;
    /// All that is there, up to `most`; as it came, without another copy, where it fits.
    Bytes take(std::size_t most);

private:
    Bytes first_;
    std::size_t taken_ = 0;  ///< octets of `first_`
    std::vector<std::byte> more_;
};

}  // namespace sockeye::kernel
