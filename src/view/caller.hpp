// Caller: a program outside the lab, as one of a host's. It opens sockets and looks names up there, and is
// told when what it waits for may have come.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "socket/backend.hpp"
#include "socket/name_service.hpp"
#include "socket/part.hpp"
#include "socket/remote/message.hpp"
#include "sockeye/network.hpp"
#include "view/socket_calls.hpp"

namespace sockeye::view {

/// What it left open is closed when it is destroyed, which must be before the lab is.
class Caller {
public:
    /// Sockets and look-ups that are open at a time.
    static constexpr std::size_t most_open = 1024;

    /// @param host  whose program it is, from now on
    /// @param on_news  called when take_news() has something; it may not destroy the caller
    Caller(Network& host, std::function<void()> on_news);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    /// Does what is asked, as far as that is possible at once. nullopt: nothing is to be answered.
    /// What it answers is valid until it is asked again.
    std::optional<remote::Answer> answer(const remote::Request& request);

    /// What there is to be told, the oldest first.
    std::vector<remote::Message> take_news() { return std::exchange(news_, {}); }

private:
    /// A socket, or a look-up.
    struct Opened {
        std::unique_ptr<backend::Socket> socket;
        std::unique_ptr<backend::HostLookup> look_up;
        std::optional<backend::Part<void>> reading;  ///< waits: after what it waits at, so that it goes first
        std::optional<backend::Part<void>> writing;

        backend::Waitable& waitable() const;
        std::optional<backend::Part<void>>& waiting(backend::Interest interest);
    };
    /// What the host's task that hears of all this knows of the caller; nullptr: it has gone.
    using Tie = std::shared_ptr<Caller*>;
    class Board;
    friend class Board;

    static Task<> hear(Tie tie);
    Op<void> something_new();
    bool is_something_new() const;
    void collect_news();
    void host_was_switched_off();

    Result<remote::Answer> at_host(const remote::Request& request);
    Result<remote::Answer> at(Opened& opened, const remote::Request& request);
    Result<remote::Answer> accept(backend::Socket& listener, std::uint32_t number);
    Result<remote::Answer> open(const remote::Request& request);
    Result<remote::Answer> look_up(const remote::Request& request);
    Result<remote::Answer> finish(backend::HostLookup& look_up);
    Result<remote::Answer> interfaces();
    remote::Answer add(std::unique_ptr<backend::Socket> socket);
    remote::Answer add(std::unique_ptr<backend::HostLookup> look_up);
    void wait_at(Opened& opened, backend::Interest interest);
    void close(std::uint32_t number);
    bool is_full() const { return opened_.size() >= most_open; }

    Network& host_;
    std::function<void()> on_news_;
    std::unique_ptr<Board> board_;
    std::map<std::uint32_t, Opened> opened_;
    std::uint32_t latest_ = 0;            ///< number that was given
    std::vector<std::uint32_t> starved_;  ///< listeners that would accept if less were open
    std::vector<remote::Message> news_;
    Room room_;
    Tie tie_;
};

}  // namespace sockeye::view
