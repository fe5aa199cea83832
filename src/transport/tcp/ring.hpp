// A bounded ring of octets that takes memory only as it needs it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace sockeye::transport::tcp {

/// Octets are addressed by their distance from the front. Which of them mean something is the
/// owner's business: a receive buffer has holes.
class Ring {
public:
    explicit Ring(std::size_t limit) : limit_{limit} {}

    std::size_t limit() const { return limit_; }
    /// @pre no octet that means something lies beyond it
    void set_limit(std::size_t limit) { limit_ = limit; }

    /// @pre offset + bytes.size() <= limit()
    void write(std::size_t offset, std::span<const std::byte> bytes);
    /// @pre the octets have been written
    void read(std::size_t offset, std::span<std::byte> out) const;
    /// The octet at `octets` becomes the front.
    void drop_front(std::size_t octets);

private:
    void grow(std::size_t octets);

    std::size_t limit_;
    std::size_t capacity_ = 0;  // a power of two, or 0
    std::size_t front_ = 0;     // an index into storage_
    std::unique_ptr<std::byte[]> storage_;
};

}  // namespace sockeye::transport::tcp
