// Ring: one io_uring, set up as well as this kernel can.
#pragma once

#include <liburing.h>

#include <optional>

#include "socket/kernel/ring_buffers.hpp"
#include "sockeye/time.hpp"

namespace sockeye::kernel {

/// With DEFER_TASKRUN (Linux 6.1) a ring belongs to the thread that made it: from any other,
/// what submits or waits returns -EEXIST.
class Ring {
public:
    /// @throws std::system_error where io_uring is refused, or is older than Linux 5.19
    Ring();
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    /// A submission to fill in; goes with the next call that submits.
    /// nullptr: there is no room, and submitting made none.
    io_uring_sqe* entry();
    /// The place in the queue of what entry() gave last, and whether what has that place waits there still,
    /// to be changed as one likes.
    unsigned last_place() const { return ring_.sq.sqe_tail - 1; }
    bool is_queued(unsigned place) const;

    /// Submits, and fetches what has completed. One system call, or none where there is nothing to do.
    /// @returns negative: -errno
    int submit();
    /// The same, and sleeps until something has completed, for `timeout` at most; nullopt: for ever.
    int submit_and_wait(std::optional<Duration> timeout);

    /// Whether the kernel has something to do that only the next call does.
    bool has_work() const;

    /// How many completions there are.
    unsigned completed() const { return ::io_uring_cq_ready(&ring_); }
    /// Takes one. @pre completed() > 0
    io_uring_cqe take();

    RingBuffers& buffers() { return *buffers_; }
    const RingBuffers& buffers() const { return *buffers_; }

private:
    struct Handle : io_uring {
        Handle();
        ~Handle() { ::io_uring_queue_exit(this); }
        Handle(const Handle&) = delete;
        Handle& operator=(const Handle&) = delete;
    };

    // In this order, for the kernel may fill buffers as long as there is the ring.
    std::optional<RingBuffers> buffers_;
    Handle ring_;
};

}  // namespace sockeye::kernel
