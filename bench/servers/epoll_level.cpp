// The yardstick: level-triggered epoll by hand, one buffer for all connections. The word "spin": it looks for
// events for a while before it sleeps, as long as the last wait was that short.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <span>
#include <vector>

#include "bench/servers/arguments.hpp"
#include "bench/servers/listening.hpp"

namespace {

/// Sends all, waiting with poll's cheaper cousin: another turn of the loop would need a queue.
bool send_all(int connection, const char* octets, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(connection, octets, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) octets += sent, size -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// Sleeps, or spins first where the last wait ended while it did, or would have.
class Waiter {
public:
    Waiter(int epoll, bool spins) : epoll_{epoll}, spins_{spins} {}

    int wait(std::span<epoll_event> events) {
        using Clock = std::chrono::steady_clock;
        const auto ask = [&](int timeout) {
            return ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
        };
        if (!spins_) return ask(-1);
        const auto began = Clock::now();
        const auto patience = was_short_ ? spin : std::chrono::microseconds::zero();
        int ready = 0;
        while (ready == 0 && Clock::now() - began < patience) ready = ask(0);
        const bool slept = ready == 0;
        if (slept) ready = ask(-1);
        was_short_ = Clock::now() - began < (was_short_ || !slept ? spin : 4 * spin);
        return ready;
    }

private:
    int epoll_;
    bool spins_;
    bool was_short_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    const int listener = listen_at(arguments.port, SOCK_NONBLOCK);
    const int epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    std::vector<char> buffer(arguments.buffer);
    std::array<epoll_event, 256> events;
    Waiter waiter{epoll, arguments.has("spin")};
    for (;;) {
        const int ready = waiter.wait(events);
        for (int i = 0; i < ready; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == listener) {
                for (int client; (client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
                    event = {.events = EPOLLIN, .data = {.fd = client}};
                    ::epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
                }
                continue;
            }
            const ssize_t octets = ::recv(descriptor, buffer.data(), buffer.size(), 0);
            if (octets < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (octets <= 0 || !send_all(descriptor, buffer.data(), static_cast<std::size_t>(octets)))
                ::close(descriptor);
        }
    }
}
