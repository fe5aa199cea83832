// TapLoop: the kernel's loop with a TAP device at it: what a stack wants to send goes out before it
// sleeps, what has come goes in when it wakes up, and no timer of the stack's is overslept.
#pragma once

#include <vector>

#include "link/device.hpp"
#include "socket/kernel/epoll_loop.hpp"
#include "socket/stack/stack_network.hpp"
#include "socket/tap/tap_device.hpp"

namespace sockeye::tap {

class TapLoop final : public kernel::EpollLoop, public stack::Runner, private kernel::Watched {
public:
    /// @throws std::system_error when the system refuses a descriptor
    explicit TapLoop(TapDevice tap);
    ~TapLoop() override;

    TapDevice& tap() { return tap_; }

    /// Carries the frames of a card, until it is told to leave. @pre both live as long
    Result<void> attach(stack::StackNetwork& stack, link::Device& card);
    void detach();

    /// Lets peers acknowledge what was sent by those whose sockets are closed.
    void finish(Instant until);

    void has_work(stack::StackNetwork& stack) override;
    void payload_delivered() override {}
    void address_conflict(const network::AddressConflict& conflict) override;

protected:
    Result<void> wait(Instant until) override;
    void come_to_rest() noexcept override;

private:
    void on_events(std::uint32_t) override { readable_ = true; }
    void on_watch_failed(const Error&) override {}

    Result<void> take_in();
    Result<void> put_out();

    TapDevice tap_;
    stack::StackNetwork* stack_ = nullptr;
    link::Device* card_ = nullptr;
    bool readable_ = false;
    std::vector<std::byte> frame_;      // the one being read
    std::vector<IpAddress> contested_;  // which have been told of
};

}  // namespace sockeye::tap
