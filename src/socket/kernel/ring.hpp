// Ring: one io_uring, set up as well as this kernel can.
#pragma once

#include <liburing.h>

#include <optional>

#include "sockeye/time.hpp"

namespace sockeye::kernel {

/// With DEFER_TASKRUN (Linux 6.1) a ring belongs to the thread that made it: from any other,
/// what submits or waits returns -EEXIST.
class Ring {
public:
    /// @throws std::system_error where io_uring is refused, or is older than Linux 5.19
    Ring();
    ~Ring() { ::io_uring_queue_exit(&ring_); }
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    /// A submission to fill in; goes with the next call that submits.
    /// nullptr: there is no room, and submitting made none.
    io_uring_sqe* entry();

    /// Submits, and fetches what has completed. One system call, or none where there is nothing to do.
    /// @returns negative: -errno
    int submit();
    /// The same, and sleeps until something has completed, for `timeout` at most; nullopt: for ever.
    int submit_and_wait(std::optional<Duration> timeout);

    /// How many completions there are.
    unsigned completed() const { return ::io_uring_cq_ready(&ring_); }
    /// Takes one. @pre completed() > 0
    io_uring_cqe take();

private:
    io_uring ring_{};
};

}  // namespace sockeye::kernel
