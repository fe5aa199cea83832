// Part: an operation that another one is made of.
#pragma once

#include <utility>

#include "socket/waiting.hpp"
#include "sockeye/op.hpp"

namespace sockeye::backend {

/// Starts at once, goes on by itself while its network's loop runs, and wakes the readers of the
/// whole when it has ended. Destroying it withdraws the operation.
template <class T>
class Part {
public:
    Part(Waitable& whole, Op<T> op) : op_{std::move(op)}, waiter_{whole} {
        waiter_.ended = op_.start(waiter_);
    }

    bool has_ended() const { return waiter_.ended; }
    /// Once. @pre has_ended()
    Result<T> take() { return op_.await_resume(); }

private:
    Op<T> op_;
    PartWaiter waiter_;
};

}  // namespace sockeye::backend
