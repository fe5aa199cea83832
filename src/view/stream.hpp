// What somebody is told of a lab for as long as they want: frames at its cards, lines of its ladder, states
// of its connections, as they come.
#pragma once

#include <memory>
#include <optional>

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"
#include "view/request.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

/// Of a lab that outlives it. Its answers have "more", but for the last.
class Stream {
public:
    virtual ~Stream() = default;

    /// What it begins with.
    virtual Answer opening() = 0;
    /// Some of what has come since; nothing: nothing has.
    virtual std::optional<Answer> take() = 0;
    /// There is as much as was asked for.
    virtual bool is_over() const { return false; }
    /// What it ends with.
    virtual Answer closing() = 0;
};

/// capture, trace, follow: see stream_capture.cpp and the others.
/// @returns nullptr: the verb is none of these
/// @throws std::invalid_argument  a name that there is not, or a filter that makes no sense
std::unique_ptr<Stream> open_stream(RunningLab& running, const Request& request);

/// Sends what the stream has, until it or the lab ends or the client goes. Whoever reads slowly keeps this
/// task waiting and nobody else.
Task<> serve_stream(Network& machine, Socket& client, RunningLab& running, Stream& stream);

/// When the lab's clock stands still for good: lets its streams say their last. Who does not read is left.
Task<> finish_streams(Network& machine, RunningLab& running);

}  // namespace sockeye::view
