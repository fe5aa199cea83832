// The kinds of streams, each in a file of its own.
#pragma once

#include <memory>

#include "view/stream.hpp"

namespace sockeye::view {

// Mistakes in a request throw std::invalid_argument.

/// The frames at a host's cards, or at one: {"verb":"capture","host":"alice:eth0","count":5,"timeout":"10s"},
/// whose time is the lab's.
std::unique_ptr<Stream> capture_stream(RunningLab& running, const Request& request);

/// TCP's states of one host, or of all: {"verb":"trace","host":"alice"}.
std::unique_ptr<Stream> trace_stream(RunningLab& running, const Request& request);

/// The ladder's lines from now on: {"verb":"follow","words":["alice","and","tcp"]}.
std::unique_ptr<Stream> ladder_stream(RunningLab& running, const Request& request);

}  // namespace sockeye::view
