// A bounded ring of octets that takes memory only while and as it needs it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/block_pool.hpp"
#include "wire/checksum.hpp"

namespace sockeye::transport::tcp {

/// Octets are addressed by their distance from the front. Which of them mean something is the
/// owner's business: a receive buffer has holes.
class Ring {
public:
    /// No window reaches further (RFC 7323 §2.3).
    static constexpr std::size_t largest_limit = std::size_t{1} << 30;

    explicit Ring(std::size_t limit) { set_limit(limit); }

    std::size_t limit() const { return limit_; }
    /// @pre no octet that means something lies beyond it
    void set_limit(std::size_t limit) { limit_ = static_cast<std::uint32_t>(std::min(limit, largest_limit)); }

    /// Octets that stand in their place already, as room() gave it, stay. @pre offset + bytes.size() <=
    /// limit()
    void write(std::size_t offset, std::span<const std::byte> bytes);
    /// @pre the octets have been written
    void read(std::size_t offset, std::span<std::byte> out) const;
    wire::Checksum read_summing(std::size_t offset, std::span<std::byte> out) const;
    /// Where up to `octets` can be written, as far as they lie in one piece. @pre as of write()
    std::span<std::byte> room(std::size_t offset, std::size_t octets);
    /// The same of what has been written.
    std::span<const std::byte> view(std::size_t offset, std::size_t octets) const;
    /// The octet at `octets` becomes the front.
    void drop_front(std::size_t octets);
    /// Octets of memory that it has: a power of two, or 0.
    std::size_t memory() const { return capacity(); }
    /// What lies beyond the first `octets` means nothing any more, and neither that nor what it may grow to
    /// keeps memory.
    void shrink(std::size_t octets);
    /// Nothing in it means anything any more: it needs no memory until it is written to again.
    void clear();

private:
    void reserve(std::size_t octets);
    void grow(std::size_t octets);

    /// A power of two, or 0.
    std::size_t capacity() const { return storage_ ? storage_.get_deleter().octets : 0; }

    PooledBlock storage_;
    std::uint32_t limit_ = 0;
    std::uint32_t front_ = 0;  // an index into storage_
    std::uint32_t used_ = 0;   // octets from the front on that were written, at most, while it had memory
};

}  // namespace sockeye::transport::tcp
