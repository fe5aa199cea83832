// RingLoop: the loop on io_uring. Descriptors are watched by polls that go on until they are
// cancelled, so that a turn of the loop is one system call, whatever it arms and hears.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
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
    /// What a peer makes wait by not reading has a second more to go.
    ~RingLoop() override;

    std::string_view name() const override { return "io_uring"; }
    Result<void> watch(int descriptor, Watched& watched, std::uint32_t events) override;
    Result<void> rewatch(int descriptor, Watched& watched, std::uint32_t events) override;
    /// A poll holds the open file, so that close() would not send FIN: returns once it has ended.
    void unwatch(int descriptor, Watched& watched) noexcept override;
    bool receive(int descriptor, Served& receiver) override;
    void stop_receiving(Served& receiver) noexcept override;
    std::size_t much_at_once() const override { return ring_->buffers().much(); }
    void catch_up() override;
    bool send_soon(int descriptor, Served& sender, std::span<const std::byte> bytes) override;
    bool flush(Served& sender) noexcept override;
    void shut_down_once_sent(Served& sender) noexcept override;
    void close_once_sent(Served& sender, Descriptor descriptor) noexcept override;

protected:
    Result<void> wait(Instant until) override;
    void about_to_wait() override { stop_idle_receivers(); }
    void come_to_rest() noexcept override;

private:
    /// What is polled for whom. Its index is the request's user_data, so it stays until the
    /// kernel has said the last word about the request.
    struct Poll {
        Watched* watched = nullptr;  ///< nullptr: nobody's any more
        int descriptor = -1;
        std::uint32_t events = 0;
        bool in_flight = false;
    };

    /// What is received for whom; its index in `user_data` too, with the tag.
    struct Receive {
        enum class State : std::uint8_t { none, in_flight, stopping };
        Served* receiver = nullptr;  ///< nullptr: nobody's any more
        int descriptor = -1;
        State state = State::none;
        bool wanted = false;  ///< to go on, or to begin again once it has stopped
    };
    static constexpr std::uint64_t receive_tag = std::uint64_t{1} << 32;

    /// What is sent for whom; its index in `user_data` too, with the tag.
    struct Send {
        enum class Then : std::uint8_t { nothing, shut_down, close };
        using Block = std::array<std::byte, small>;
        Served* sender = nullptr;  ///< nullptr: nobody's any more
        int descriptor = -1;
        unsigned place = 0;             ///< in the queue
        io_uring_sqe* entry = nullptr;  ///< valid while that place is queued
        std::size_t size = 0;           ///< octets in the block; 0: nobody uses it
        Then then = Then::nothing;
        std::unique_ptr<Block> block;
    };
    static constexpr std::uint64_t send_tag = std::uint64_t{1} << 33;
    static constexpr std::size_t most_sends = 1024;  ///< at once: 4 MiB

    /// Of asking the kernel again whether a request has ended: once is enough, as a rule; several
    /// times where it has much else to tell.
    static constexpr int attempts = 1000;

    /// The eventfd's.
    struct Interruption final : Watched {
        void on_events(std::uint32_t) override {}
        void on_watch_failed(const Error&) override {}
    };

    std::uint32_t new_poll();
    Result<void> arm(std::uint32_t index);
    io_uring_sqe* new_entry();
    void cancel(std::uint64_t user_data);
    void arm_again(std::uint32_t index);
    void fetch(int result);
    void completed(const io_uring_cqe& completion);
    void move_to_this_thread();

    bool arm_receive(std::uint32_t index);
    void stop_soon(std::uint32_t index);
    void stop_idle_receivers();
    void received(std::uint32_t index, const io_uring_cqe& completion);
    void hand_over(std::uint32_t index, Bytes received);
    void end_receive(std::uint32_t index, int result);
    void move_receives();

    bool append(Send& send, std::span<const std::byte> bytes);
    bool submit_send(std::uint32_t index);
    void sent(std::uint32_t index, int result);
    void end_send(std::uint32_t index, int error_number);
    void note_queued_sends();
    void move_sends();

    std::optional<Ring> ring_{std::in_place};
    std::vector<Poll> polls_;
    std::vector<std::uint32_t> free_;  ///< those of `polls_` that nobody uses
    std::vector<Receive> receives_;
    std::vector<std::uint32_t> free_receives_;  ///< those of `receives_` that nobody uses
    Fifo<Watched> idle_;                        ///< each Served, that somebody waited for, in this turn
    std::vector<Send> sends_;
    std::vector<std::uint32_t> free_sends_;  ///< those of `sends_` that nobody uses, the last used last
    std::size_t closing_ = 0;                ///< of `sends_` that end by closing
    bool can_receive_ = true;
    Interruption interruption_;
};

}  // namespace sockeye::kernel
