// How calls end inside the door, as inside a kernel: a value, or an errno with its sign turned.
#pragma once

#include <cerrno>

#include "sockeye/error.hpp"

namespace sockeye::packetdrill {

using Outcome = long;

/// What a call that may not wait says, and a call that may is tried again for.
inline constexpr Outcome would_wait = -EAGAIN;

/// What Linux calls it. @pre not of an error that depends on the call: see where it happens
constexpr Outcome outcome_of(Errc code) {
    switch (code) {
        case Errc::would_block: return -EAGAIN;
        case Errc::timed_out: return -ETIMEDOUT;
        case Errc::refused: return -ECONNREFUSED;
        case Errc::reset: return -ECONNRESET;
        case Errc::closed: return -EPIPE;
        case Errc::unreachable: return -ENETUNREACH;
        case Errc::address_in_use: return -EADDRINUSE;
        case Errc::address_not_available: return -EADDRNOTAVAIL;
        case Errc::not_connected: return -ENOTCONN;
        case Errc::already_connected: return -EISCONN;
        case Errc::message_too_large: return -EMSGSIZE;
        case Errc::permission_denied: return -EACCES;
        case Errc::resources_exhausted: return -ENOBUFS;
        case Errc::invalid_argument: return -EINVAL;
        case Errc::unsupported: return -EOPNOTSUPP;
        default: return -EIO;
    }
}

template <class T>
Outcome outcome_of(const Result<T>& result) {
    return result ? 0 : outcome_of(result.error().code());
}

}  // namespace sockeye::packetdrill
