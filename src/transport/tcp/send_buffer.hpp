// Octets the user has sent and the peer has not acknowledged, from SND.UNA on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/sequence.hpp"
#include "transport/tcp/ring.hpp"

namespace sockeye::transport::tcp {

class SendBuffer {
public:
    /// @param first  the sequence number of the first octet of the stream: ISS + 1
    SendBuffer(std::size_t limit, Sequence first) : ring_{limit}, begin_{first} {}

    Sequence begin() const { return begin_; }
    Sequence end() const { return begin_ + static_cast<std::uint32_t>(size_); }
    std::size_t size() const { return size_; }
    std::size_t space() const { return size_ < ring_.limit() ? ring_.limit() - size_ : 0; }
    std::size_t limit() const { return ring_.limit(); }
    /// What is in it stays, be it more than that.
    void set_limit(std::size_t limit) { ring_.set_limit(limit); }

    /// Takes as much of `bytes` as there is room for and returns how many octets that was.
    std::size_t append(std::span<const std::byte> bytes) {
        const std::size_t taken = std::min(bytes.size(), space());
        ring_.write(size_, bytes.first(taken));
        size_ += taken;
        return taken;
    }

    /// Where up to `most` octets may be written in place, as far as that is in one piece.
    std::span<std::byte> room(std::size_t most) { return ring_.room(size_, std::min(most, space())); }
    /// Takes what was written there.
    void commit(std::size_t octets) { size_ += octets; }

    /// Forgets what is before `upto`, which may be past the end by the FIN.
    void acknowledge(Sequence upto) {
        if (upto <= begin_) return;
        const auto octets = std::min<std::size_t>(static_cast<std::size_t>(upto - begin_), size_);
        ring_.drop_front(octets);
        size_ -= octets;
        if (size_ == 0) ring_.clear();
        begin_ += static_cast<std::uint32_t>(octets);
    }

    /// @pre begin() <= from and from + out.size() <= end()
    void copy(Sequence from, std::span<std::byte> out) const { ring_.read(offset_of(from), out); }
    /// The same, with their sum.
    wire::Checksum copy_summing(Sequence from, std::span<std::byte> out) const {
        return ring_.read_summing(offset_of(from), out);
    }

private:
    std::size_t offset_of(Sequence at) const { return static_cast<std::size_t>(at - begin_); }

    Ring ring_;
    Sequence begin_;
    std::size_t size_ = 0;
};

}  // namespace sockeye::transport::tcp
