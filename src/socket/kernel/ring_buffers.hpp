// RingBuffers: where the kernel puts what it receives by a ring, until it has been copied out.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace sockeye::kernel {

/// A small ring of buffers, so that they stay in the cache. Where the kernel can (Linux 6.12) it
/// fills each bit by bit (incremental), and they are large, since what meets the end of one comes in two
/// pieces; otherwise it takes one for each completion.
class RingBuffers {
public:
    static constexpr unsigned short group = 0;  ///< what requests call them

    /// Must be destroyed after the ring. Where the kernel has no such thing (Linux before 5.19)
    /// they are not usable().
    explicit RingBuffers(io_uring& ring);

    bool usable() const { return usable_; }

    /// Octets of one connection at once from which on copying them costs more than receiving them by calls.
    std::size_t much() const { return incremental_ ? std::size_t{32} * 1024 : std::size_t{4} * 1024; }

    /// What a completion brought; valid until give_back().
    std::span<const std::byte> of(const io_uring_cqe& completion) const;
    /// Once for each completion that took of a buffer.
    void give_back(const io_uring_cqe& completion);

private:
    struct Unmap {
        void operator()(io_uring_buf_ring* entries) const;
    };

    bool use(io_uring& ring, unsigned flags, unsigned short count, unsigned size);
    void add(unsigned short number);
    static unsigned short number_of(const io_uring_cqe& completion);

    bool usable_ = false;
    bool incremental_ = false;
    unsigned size_ = 0;  ///< octets of each buffer
    std::unique_ptr<io_uring_buf_ring, Unmap> entries_;
    std::unique_ptr<std::byte[]> memory_;
    std::vector<std::size_t> used_;  ///< octets of each buffer that the kernel has filled
};

}  // namespace sockeye::kernel
