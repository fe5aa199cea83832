// RingLoop: the loop on io_uring. Descriptors are watched by polls that go on until they are
// cancelled, so that a turn of the loop is one system call, whatever it arms and hears.
#pragma once

#include <optional>
#include <vector>

#include "socket/kernel/loop.hpp"
#include "socket/kernel/ring.hpp"

namespace sockeye::kernel {

/// May be turned by another thread than before: it then makes a ring of that thread's own.
class RingLoop : public Loop {
public:
    /// @throws std::system_error where io_uring is refused, or is older than Linux 5.19
    RingLoop();

    std::string_view name() const override { return "io_uring"; }
    Result<void> watch(int descriptor, Watched& watched, std::uint32_t events) override;
    Result<void> rewatch(int descriptor, Watched& watched, std::uint32_t events) override;
    /// A poll holds the open file, so that close() would not send FIN: returns once it has ended.
    void unwatch(int descriptor, Watched& watched) noexcept override;

protected:
    Result<void> wait(Instant until) override;

private:
    /// What is polled for whom. Its index is the request's user_data, so it stays until the
    /// kernel has said the last word about the request.
    struct Poll {
        Watched* watched = nullptr;  ///< nullptr: nobody's any more
        int descriptor = -1;
        std::uint32_t events = 0;
        bool in_flight = false;
    };

    /// The eventfd's.
    struct Interruption final : Watched {
        void on_events(std::uint32_t) override {}
        void on_watch_failed(const Error&) override {}
    };

    std::uint32_t new_poll();
    Result<void> arm(std::uint32_t index);
    void arm_again(std::uint32_t index);
    void fetch(int result);
    void completed(const io_uring_cqe& completion);
    void move_to_this_thread();

    std::optional<Ring> ring_{std::in_place};
    std::vector<Poll> polls_;
    std::vector<std::uint32_t> free_;  ///< those of `polls_` that nobody uses
    Interruption interruption_;
};

}  // namespace sockeye::kernel
