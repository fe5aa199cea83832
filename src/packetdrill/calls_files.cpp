#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/sockios.h>

#include <chrono>

#include "packetdrill/calls.hpp"
#include "packetdrill/epoll.hpp"

namespace sockeye::packetdrill {
namespace {

std::optional<Duration> patience_of(int timeout_ms) {
    return timeout_ms < 0 ? std::nullopt : std::optional<Duration>{std::chrono::milliseconds{timeout_ms}};
}

}  // namespace

Outcome control_descriptor(Machine& machine, int fd, int command, long argument) {
    const std::shared_ptr<File> file = file_of(machine, fd);
    if (file == nullptr) return -EBADF;
    switch (command) {
        case F_GETFL: return O_RDWR | (file->nonblocking ? O_NONBLOCK : 0);
        case F_SETFL: file->nonblocking = (argument & O_NONBLOCK) != 0; return 0;
        case F_GETFD: return ::fcntl(fd, F_GETFD);
        case F_SETFD: return ::fcntl(fd, F_SETFD, argument);
        default: return -EINVAL;
    }
}

Outcome control_device(Machine& machine, int fd, unsigned long request, void* argument) {
    const std::shared_ptr<File> file = file_of(machine, fd);
    if (file == nullptr) return -EBADF;
    if (argument == nullptr) return -EFAULT;
    int& value = *static_cast<int*>(argument);
    if (request == FIONBIO) {
        file->nonblocking = value != 0;
        return 0;
    }
    Outcome octets = -ENOTTY;
    static_assert(SIOCINQ == FIONREAD && SIOCOUTQ == TIOCOUTQ);
    if (request == SIOCINQ) octets = file->readable();
    if (request == SIOCOUTQ) octets = file->unsent();
    if (octets < 0) return octets;
    value = static_cast<int>(octets);
    return 0;
}

Outcome close(Machine& machine, int fd) {
    const std::shared_ptr<File> file = machine.descriptors().remove(fd);
    if (file == nullptr) return -EBADF;
    const std::optional<Duration> lingers = file->begin_close();
    if (!lingers || file->nonblocking) return 0;
    return machine.wait([&] { return file->is_closing_done(); }, lingers, [] { return 0; });
}

Outcome poll(Machine& machine, std::span<pollfd> fds, int timeout_ms) {
    const auto attempt = [&]() -> Outcome {
        Outcome ready = 0;
        for (pollfd& each : fds) {
            each.revents = 0;
            if (each.fd < 0) continue;
            const std::shared_ptr<File> file = file_of(machine, each.fd);
            const int wanted = each.events | POLLERR | POLLHUP;
            each.revents = file == nullptr ? POLLNVAL : static_cast<short>(file->readiness() & wanted);
            ready += each.revents != 0 ? 1 : 0;
        }
        return ready > 0 ? ready : would_wait;
    };
    return machine.wait(attempt, patience_of(timeout_ms), [] { return 0; });
}

Outcome create_epoll(Machine& machine, int size) {
    if (size <= 0) return -EINVAL;
    return machine.descriptors().add(std::make_shared<Epoll>());
}

Outcome control_epoll(Machine& machine, int epoll, int operation, int fd, const epoll_event* event) {
    const auto set = std::dynamic_pointer_cast<Epoll>(file_of(machine, epoll));
    const std::shared_ptr<File> file = file_of(machine, fd);
    if (file == nullptr || file_of(machine, epoll) == nullptr) return -EBADF;
    if (set == nullptr || set == file) return -EINVAL;
    if (event == nullptr && operation != EPOLL_CTL_DEL) return -EFAULT;
    return set->control(operation, fd, file, event);
}

Outcome wait_for_epoll(Machine& machine, int epoll, std::span<epoll_event> events, int timeout_ms) {
    const auto set = std::dynamic_pointer_cast<Epoll>(file_of(machine, epoll));
    if (set == nullptr) return file_of(machine, epoll) == nullptr ? -EBADF : -EINVAL;
    return machine.wait([&] { return set->collect(events); }, patience_of(timeout_ms), [] { return 0; });
}

}  // namespace sockeye::packetdrill
