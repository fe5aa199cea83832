// RingBuffers: where the kernel puts what it receives by a ring, until it has been copied out.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "base/shared_block.hpp"

namespace sockeye::kernel {

/// 512 KiB of them, so that they stay in the cache. Where the kernel can (Linux 6.12) it fills each bit by
/// bit (incremental), and they are large, since what meets the end of one comes in two pieces; otherwise it
/// takes one for each completion.
///
/// Of those that are filled bit by bit a large piece is not copied out: its owner has it where the kernel put
/// it, and a buffer of which somebody still has a piece once it is full is replaced by another.
class RingBuffers {
public:
    static constexpr unsigned short group = 0;  ///< what requests call them

    /// Must be destroyed after the ring. Where the kernel has no such thing (Linux before 5.19)
    /// they are not usable().
    explicit RingBuffers(io_uring& ring);

    bool usable() const { return usable_; }

    /// Octets of one connection at once from which on receiving them by calls costs less: of as many there
    /// are none where buffers are filled bit by bit.
    std::size_t much() const { return incremental_ ? std::numeric_limits<std::size_t>::max() : 4 * 1024; }

    /// What a completion brought. Once for each that took of a buffer, in their order.
    Bytes take(const io_uring_cqe& completion);

private:
    struct Unmap {
        void operator()(io_uring_buf_ring* entries) const;
    };

    bool use(io_uring& ring, unsigned flags, unsigned buffers_a_block);
    void add(unsigned number);
    std::byte* place_of(unsigned number);
    bool may_hand_on(std::size_t octets) const;
    void renew(SharedBlock::Owner& block);

    bool usable_ = false;
    bool incremental_ = false;  ///< and so each buffer is a block
    unsigned size_ = 0;         ///< octets of each buffer
    unsigned buffers_a_block_ = 0;
    std::unique_ptr<io_uring_buf_ring, Unmap> entries_;
    std::vector<std::size_t> used_;           ///< octets of each buffer that the kernel has filled
    std::vector<SharedBlock::Owner> blocks_;  ///< of the buffers
    std::vector<SharedBlock::Owner> spare_;   ///< were the buffers'; of some, somebody still has a piece
};

}  // namespace sockeye::kernel
