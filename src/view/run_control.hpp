// A lab in the machine's time, and what a person may do to it meanwhile: pause, step, end.
#pragma once

#include <cstddef>

#include "sockeye/event.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/network.hpp"
#include "sockeye/task.hpp"

namespace sockeye::view {

/// What run_paced() obeys, between two of its steps.
struct RunControl {
    bool paused = false;
    Duration to_step{};       ///< while it is paused: so much time is still to pass
    bool step_event = false;  ///< while it is paused: up to the next thing that can be seen
    bool down = false;

    std::size_t callers = 0;  ///< programs outside the lab that use its sockets
    bool has_calls = false;   ///< they have used one: what comes of it is to happen soon
    bool has_news = false;    ///< they are told something: their turn comes before the next step
    Event* alarm = nullptr;   ///< run_paced()'s, which waits for it and its next step

    /// A caller has used a socket.
    void call_in() {
        has_calls = true;
        if (alarm != nullptr) alarm->set();
    }
    bool is_stepping() const { return to_step > Duration::zero() || step_event; }
};

/// Lets the lab's clock move on with the machine's, in steps that take the machine a few milliseconds, and
/// the machine's loop serves others between them. Where the machine cannot keep up, the lab is slower: it
/// does not rush afterwards. In whatever steps: what happens in the lab is the same. While it has callers the
/// steps end where the next thing may happen, so that answers do not wait for the end of a long one.
///
/// Ends when the lab's clock shows `until`, or when it is told to.
/// @pre the lab has no speed of its own
/// @returns what ends the lab before that, such as a storm
Task<Result<void>> run_paced(Network& machine, Lab& lab, RunControl& control, Speed speed,
                             Instant until = Instant::never());

}  // namespace sockeye::view
