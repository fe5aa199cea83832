#include "packetdrill/epoll.hpp"

#include <poll.h>

namespace sockeye::packetdrill {
namespace {

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLERR == POLLERR && EPOLLHUP == POLLHUP &&
              EPOLLRDHUP == POLLRDHUP && EPOLLRDNORM == POLLRDNORM && EPOLLWRNORM == POLLWRNORM);

constexpr std::uint32_t always = EPOLLERR | EPOLLHUP;
constexpr std::uint32_t flags = EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE;
constexpr std::uint32_t incoming = EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
constexpr std::uint32_t outgoing = EPOLLOUT | EPOLLWRNORM;

}  // namespace

Outcome Epoll::control(int operation, int fd, const std::shared_ptr<File>& file, const epoll_event* event) {
    const auto found = interests_.find(fd);
    const bool known = found != interests_.end() && found->second.file.lock() == file;
    switch (operation) {
        case EPOLL_CTL_ADD:
            if (known) return -EEXIST;
            interests_.insert_or_assign(fd, Interest{.file = file, .event = *event});
            return 0;
        case EPOLL_CTL_MOD:
            if (!known) return -ENOENT;
            found->second = Interest{.file = file, .event = *event};
            return 0;
        case EPOLL_CTL_DEL:
            if (!known) return -ENOENT;
            interests_.erase(found);
            return 0;
        default: return -EINVAL;
    }
}

/// Of an edge-triggered interest only where something has happened since it was last told.
std::uint32_t Epoll::ready_bits(Interest& interest, File& file) {
    const std::uint32_t wanted = (interest.event.events & ~flags) | always;
    const auto ready = static_cast<std::uint16_t>(file.readiness());
    const std::uint32_t bits = ready & wanted;
    const auto activity = file.activity();
    const std::uint32_t fresh = ready & ~interest.told_bits;
    const bool happened = ((bits & incoming) != 0 && activity.first != interest.told.first) ||
                          ((bits & outgoing) != 0 && activity.second != interest.told.second) ||
                          (bits & fresh) != 0;
    const bool is_edge = (interest.event.events & EPOLLET) != 0;
    interest.told_bits &= ready;
    return !is_edge || happened ? bits : 0;
}

Outcome Epoll::collect(std::span<epoll_event> events) {
    std::size_t count = 0;
    for (auto each = interests_.begin(); each != interests_.end() && count < events.size();) {
        Interest& interest = each->second;
        const std::shared_ptr<File> file = interest.file.lock();
        if (file == nullptr) {  // closed, which takes it out (epoll(7))
            each = interests_.erase(each);
            continue;
        }
        if (const std::uint32_t bits = ready_bits(interest, *file); bits != 0) {
            events[count++] = {.events = bits, .data = interest.event.data};
            interest.told = file->activity();
            interest.told_bits = static_cast<std::uint16_t>(file->readiness());
            if ((interest.event.events & EPOLLONESHOT) != 0) interest.event.events = 0;
        }
        ++each;
    }
    return count > 0 ? static_cast<Outcome>(count) : would_wait;
}

short Epoll::readiness() {
    for (auto& [fd, interest] : interests_) {
        const std::shared_ptr<File> file = interest.file.lock();
        if (file != nullptr && ready_bits(interest, *file) != 0) return POLLIN | POLLRDNORM;
    }
    return 0;
}

}  // namespace sockeye::packetdrill
