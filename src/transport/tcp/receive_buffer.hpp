// Puts the octets of the peer's stream in order again, within a bound (RFC 9293 SHLD-31).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/lazy.hpp"
#include "base/sequence.hpp"
#include "transport/tcp/ring.hpp"
#include "wire/tcp_options.hpp"

namespace sockeye::transport::tcp {

/// Every octet is copied once, to its place; what arrives ahead of its time is remembered as a
/// range. Octets that were read or can be read never change.
class ReceiveBuffer {
public:
    using Range = wire::SackBlock;

    /// Ranges beyond the first gap. A peer that opens more has what it sends ahead dropped, and
    /// sends it again.
    static constexpr std::size_t maximum_ranges = 64;

    explicit ReceiveBuffer(std::size_t limit) : ring_{limit} {}

    /// @param first  the sequence number of the first octet of the stream: IRS + 1
    void start(Sequence first) { next_ = first; }

    /// The sequence number of the first octet that is not here yet.
    Sequence next() const { return next_; }
    /// Octets that can be read now.
    std::size_t readable() const { return readable_; }
    /// Octets from next() on that there is room for.
    std::size_t space() const { return readable_ < ring_.limit() ? ring_.limit() - readable_ : 0; }
    std::size_t limit() const { return ring_.limit(); }
    /// @pre at least readable() and what has been offered beyond next()
    void set_limit(std::size_t limit) { ring_.set_limit(limit); }
    /// Whether something beyond next() is here.
    bool has_gap() const { return !ahead_->empty(); }
    /// Octets of memory that are held while something beyond next() is here.
    std::size_t memory_ahead() const { return has_gap() ? ring_.memory() : 0; }
    /// Drops what is beyond next(). The peer has not been promised that it stays (RFC 2018 §8).
    void forget_ahead();
    /// The range beyond next() that `at` lies in.
    std::optional<Range> ahead_at(Sequence at) const;
    /// The first octets of `range` that are here already, read ones included.
    std::optional<Range> known_part(Range range) const;

    /// Where the text of a segment belongs that is just what comes next, if it all fits there in one
    /// piece; else empty. It may be copied there before it is known to be intact: until insert() takes
    /// it, nothing says that it is there.
    std::span<std::byte> place_for(Sequence at, std::size_t octets);

    /// Keeps what of `bytes` is new and lies before next() + space().
    void insert(Sequence at, std::span<const std::byte> bytes);

    /// Copies the oldest octets; read() also forgets them. @returns how many there were
    std::size_t peek(std::span<std::byte> out) const;
    std::size_t read(std::span<std::byte> out);
    /// The oldest octets in place, as far as they are in one piece; drop() forgets them.
    std::span<const std::byte> front() const { return ring_.view(0, readable_); }
    /// @pre octets <= readable()
    void drop(std::size_t octets);

private:
    using Ranges = std::vector<Range>;

    bool remember(Range range);
    void advance_to(Sequence end);

    Ring ring_;  // its front is the oldest octet not read
    Sequence next_;
    std::size_t readable_ = 0;
    Lazy<Ranges> ahead_;  // in order, apart from each other and from next_
};

}  // namespace sockeye::transport::tcp
