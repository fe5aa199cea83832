// Link: the way from a program to the host whose sockets it uses.
#pragma once

#include "socket/remote/message.hpp"
#include "sockeye/error.hpp"

namespace sockeye::remote {

class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// What the host answers; it views what the link keeps until it is used again.
    /// @returns ended_early, with a detail: there is no host any more
    virtual Result<Answer> exchange(const Request& request) = 0;
    /// For a request that nobody answers. Where there is no host any more, there is nobody to be told.
    virtual void tell(const Request& request) noexcept = 0;
};

/// Who is told what the host says by itself. Only wakes; never runs a task.
class Listener {
public:
    virtual void ready(const Ready& ready) = 0;
    /// There is no host any more: every exchange() says so from now on.
    virtual void ended() = 0;

protected:
    ~Listener() = default;
};

}  // namespace sockeye::remote
