// Connection: the link to a host in another process of this machine, over a connected unix socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/loop.hpp"
#include "socket/remote/link.hpp"

namespace sockeye::remote {

/// A call waits for its answer, since whoever made it has not begun to wait yet: the host is to answer at
/// once, and is given up where it has not after `patience`, or where the loop is told to stop meanwhile: then
/// every call is Errc::cancelled. What the host says by itself is heard in the loop.
class Connection final : public Link, private kernel::Watched {
public:
    static constexpr Duration patience = 10s;

    /// @param descriptor  connected; of a stream
    /// @param loop  must outlive it
    /// @param lab  whose host it is, for what is said once that has ended
    Connection(kernel::Loop& loop, kernel::Descriptor descriptor, std::string lab);
    ~Connection() override;

    /// @param listener  outlives every loop's turn
    void attach(Listener& listener) { listener_ = &listener; }

    Result<Answer> exchange(const Request& request) override;
    void tell(const Request& request) noexcept override;

private:
    void on_events(std::uint32_t events) override;
    void on_watch_failed(const Error& error) override;

    /// Until the descriptor may be ready, or for a while. @returns cancelled: the loop is told to stop
    Result<void> wait_for(short events, Instant until) const;
    /// Whether it is there by `until`.
    enum class Progress : std::uint8_t { done, not_yet };
    Result<Progress> read(std::span<std::byte> buffer, Instant until);
    Result<void> write(std::span<const std::byte> frame, Instant until);
    Result<void> send(const Request& request, Instant until);
    /// A frame that has begun comes to its end; nullopt: none has begun by `until`.
    Result<std::optional<Message>> next(Instant until);
    void hear(const Message& message);
    Error end(Error why);
    Error hung_up() const;

    kernel::Loop& loop_;
    kernel::Descriptor descriptor_;
    std::string lab_;
    Listener* listener_ = nullptr;
    std::optional<Error> ended_;    ///< why
    std::vector<std::byte> sent_;   ///< the latest request's frame
    std::vector<std::byte> heard_;  ///< the latest message's, which an answer views
};

}  // namespace sockeye::remote
