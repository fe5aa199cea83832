#include "packetdrill/pipe.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace sockeye::packetdrill {

PipeEnd::Pair PipeEnd::make() {
    auto octets = std::make_shared<std::deque<std::byte>>();
    return {.reader = std::shared_ptr<PipeEnd>{new PipeEnd{End::reading, octets}},
            .writer = std::shared_ptr<PipeEnd>{new PipeEnd{End::writing, octets}}};
}

short PipeEnd::readiness() {
    int bits = 0;
    if (reads()) {
        if (!octets_->empty()) bits |= POLLIN | POLLRDNORM;
        if (is_other_end_gone()) bits |= POLLHUP;
    } else {
        if (room() > 0) bits |= POLLOUT | POLLWRNORM;
        if (is_other_end_gone()) bits |= POLLERR;
    }
    return static_cast<short>(bits);
}

Outcome PipeEnd::receive(Reception& reception) {
    if (!reads()) return -EBADF;
    if (octets_->empty()) return is_other_end_gone() ? 0 : would_wait;
    return static_cast<Outcome>(for_each_part(reception.buffers, 0, [&](std::span<std::byte> part) {
        const std::size_t count = std::min(part.size(), octets_->size());
        const auto end = octets_->begin() + static_cast<std::ptrdiff_t>(count);
        std::copy(octets_->begin(), end, part.begin());
        octets_->erase(octets_->begin(), end);
        return count;
    }));
}

Outcome PipeEnd::send(Dispatch& dispatch) {
    if (reads()) return -EBADF;
    if (is_other_end_gone()) return -EPIPE;
    dispatch.sent += for_each_part(dispatch.buffers, dispatch.sent, [&](std::span<std::byte> part) {
        const std::size_t count = std::min(part.size(), room());
        octets_->insert(octets_->end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    });
    const bool all = dispatch.sent == size_of(dispatch.buffers);
    return all ? static_cast<Outcome>(dispatch.sent) : would_wait;
}

}  // namespace sockeye::packetdrill
