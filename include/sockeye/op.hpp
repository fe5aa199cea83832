// Op<T>: a wait as a value. Lazy: nothing happens until it is awaited in a Task or waited for in plain code.
#pragma once

#include <coroutine>
#include <cstddef>
#include <new>
#include <utility>

#include "sockeye/error.hpp"
#include "sockeye/op_base.hpp"

namespace sockeye {

namespace backend {
template <class T>
struct Call;
}  // namespace backend

/// An operation that may have to wait. Await it once, in a Task, or call wait() once.
///
/// What it views (bytes to be sent, a buffer to receive into) and the Socket it was made from
/// must stay where they are until it has ended. Destroying it while it waits withdraws it,
/// which is always safe. One thread: that of its Network.
template <class T>
class [[nodiscard("an Op does nothing until it is awaited: co_await it, or call wait()")]] Op {
public:
    Op(const backend::Call<T>& call, backend::Request&& request)
        : op_{backend::OpBase::make(call, std::move(request), octets)} {}
    Op(Op&& other) noexcept : op_{std::exchange(other.op_, nullptr)} {}
    ~Op() {
        if (op_ == nullptr) return;
        if (op_->has_ended()) result().~Result<T>();
        op_->destroy(octets);
    }

    /// Drives the network, spawned tasks included, until the operation has ended.
    /// Not inside a Task or a callback of the same network: that aborts, in every build.
    /// An exception that escapes a spawned task meanwhile is rethrown here.
    [[nodiscard]] Result<T> wait() && {
        op_->finish_by_driving();
        return std::move(result());
    }
    [[nodiscard]] Result<T> wait() & { return std::move(*this).wait(); }

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> task) {
        return op_->start(*task.promise().root, task);
    }
    Result<T> await_resume() { return std::move(result()); }

    /// For an operation that another one is made of. @returns whether it has ended
    bool start(backend::Waiter& part) { return op_->start(part); }

private:
    static constexpr std::size_t octets = sizeof(Result<T>) > sizeof(backend::Request)
                                              ? sizeof(Result<T>)
                                              : sizeof(backend::Request);

    Result<T>& result() { return *static_cast<Result<T>*>(op_->place()); }

    backend::OpBase* op_;
};

/// One call: how it is named, what it waits for, and how it is tried.
template <class T>
struct backend::Call : CallBase {
    /// Does as much as can be done without waiting; Errc::would_block means "not yet".
    using Try = Result<T> (*)(Request&);

    constexpr Call(const char* name, Interest direction, Try try_once)
        : CallBase{name, direction, &Call::advance}, attempt{try_once} {}

    Try attempt;

private:
    static bool advance(OpBase& op, const Error* failure) {
        Result<T> result = failure ? Result<T>{std::unexpect, *failure}
                                   : static_cast<const Call&>(op.call()).attempt(op.request());
        if (!result && !op.settle(result.error())) return false;
        new (op.end()) Result<T>{std::move(result)};
        return true;
    }
};

}  // namespace sockeye
