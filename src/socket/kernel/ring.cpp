#include "socket/kernel/ring.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include "socket/kernel/timespec.hpp"

namespace sockeye::kernel {
namespace {

constexpr unsigned entries = 256;
constexpr unsigned completions = 4096;

/// Best first. What a kernel does not know it refuses with EINVAL. The last came with Linux 5.19,
/// which has all else that is needed here: waiting with a timeout, polls that go on.
constexpr std::array<unsigned, 2> setups{
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
        IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
};

}  // namespace

Ring::Handle::Handle() : io_uring{} {
    int result = -EINVAL;
    for (const unsigned setup : setups) {
        io_uring_params parameters{};
        parameters.flags = setup;
        parameters.cq_entries = completions;
        result = ::io_uring_queue_init_params(entries, this, &parameters);
        if (result != -EINVAL) break;
    }
    if (result < 0) throw std::system_error{-result, std::generic_category(), "io_uring_setup"};
}

Ring::Ring() {
    buffers_.emplace(ring_);
}

io_uring_sqe* Ring::entry() {
    if (io_uring_sqe* free = ::io_uring_get_sqe(&ring_)) return free;
    ::io_uring_submit(&ring_);
    return ::io_uring_get_sqe(&ring_);
}

bool Ring::is_queued(unsigned place) const {
    // The kernel takes them in order, and both wrap around.
    return static_cast<int>(place - IO_URING_READ_ONCE(*ring_.sq.khead)) >= 0;
}

bool Ring::has_work() const {
    constexpr unsigned work = IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW;
    return (IO_URING_READ_ONCE(*ring_.sq.kflags) & work) != 0;
}

int Ring::submit() {
    if (::io_uring_sq_ready(&ring_) == 0 && !has_work()) return 0;
    return ::io_uring_submit_and_get_events(&ring_);
}

int Ring::submit_and_wait(std::optional<Duration> timeout) {
    io_uring_cqe* ignored = nullptr;
    __kernel_timespec time{};
    if (timeout) time = to_timespec<__kernel_timespec>(*timeout);
    return ::io_uring_submit_and_wait_timeout(&ring_, &ignored, 1, timeout ? &time : nullptr, nullptr);
}

io_uring_cqe Ring::take() {
    unsigned head = *ring_.cq.khead;
    // By value, since the kernel may write over it from now on; without the flexible array at its end.
    const io_uring_cqe& first = ring_.cq.cqes[head & ring_.cq.ring_mask];
    io_uring_cqe taken{};
    taken.user_data = first.user_data;
    taken.res = first.res;
    taken.flags = first.flags;
    ::io_uring_cq_advance(&ring_, 1);
    return taken;
}

}  // namespace sockeye::kernel
