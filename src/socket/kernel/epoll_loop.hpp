// EpollLoop: the loop on epoll, which every Linux has.
#pragma once

#include <array>

#include "socket/kernel/loop.hpp"

namespace sockeye::kernel {

class EpollLoop : public Loop {
public:
    /// How exactly the system can be asked to wake up.
    enum class Precision : std::uint8_t { nanoseconds, milliseconds };

    /// @throws std::system_error when the system refuses a descriptor
    explicit EpollLoop(Precision precision = Precision::nanoseconds);

    std::string_view name() const override { return "epoll"; }
    Result<void> watch(int descriptor, Watched& watched, std::uint32_t events) override;
    Result<void> rewatch(int descriptor, Watched& watched, std::uint32_t events) override;
    void unwatch(int descriptor, Watched& watched) noexcept override;

    /// Rounded up: one that comes early would only have to wait again.
    static int to_milliseconds(Duration timeout);

protected:
    Result<void> wait(Instant until) override;

private:
    int wait_for_events(Instant until);
    int wait_precisely(Duration timeout);

    static constexpr std::size_t batch = 256;  // events a wait

    Descriptor epoll_;
    Precision precision_;
    std::array<epoll_event, batch> events_{};
};

}  // namespace sockeye::kernel
