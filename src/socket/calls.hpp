// What the bodies of Socket's calls have in common.
#pragma once

#include <optional>
#include <utility>

#include "socket/backend.hpp"
#include "sockeye/error.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::backend {

inline Socket& socket_of(Request& request) {
    return static_cast<Socket&>(*request.target);
}

/// A socket's own timeout counts where no deadline was given.
inline Request within(Waitable* target, Deadline deadline, std::optional<Duration> timeout) {
    Request request{target, deadline};
    if (!deadline.is_set() && timeout) {
        request.may_wait = *timeout > Duration::zero();
        if (request.may_wait) request.deadline = *timeout;
    }
    return request;
}

inline Request with_buffer(Request&& request, const std::byte* data, std::size_t size) {
    // Sending only reads through it; one field serves both directions.
    request.data = const_cast<std::byte*>(data);
    request.set_size(size);
    return std::move(request);
}

inline Request with_address(Request&& request, Address&& address) {
    extra_of(request).address = std::move(address);
    return std::move(request);
}

inline Error named(Error error, const char* during) {
    return std::move(error).with_during(during);
}

/// For calls that never wait: the closed socket's error, or the call's own under its name.
template <class Call>
auto plainly(const SocketBase& socket, const char* during, Call call)
    -> decltype(call(std::declval<Socket&>())) {
    const Result<Socket*> open = socket.backend();
    if (!open) return std::unexpected{named(open.error(), during)};
    auto result = call(**open);
    if (!result) return std::unexpected{named(std::move(result.error()), during)};
    return result;
}

}  // namespace sockeye::backend
