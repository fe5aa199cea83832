// Task<T>: a coroutine that waits by co_await, on Ops and on other Tasks.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "sockeye/op.hpp"

namespace sockeye {

template <class T = void>
class Task;

namespace backend {

/// Says which coroutine of a root's chain runs next. A loop in the driver resumes it: awaiting
/// a Task costs no stack, where g++ 12 turns symmetric transfer into stack growth (ADR 0002).
void continue_with(Root& root, std::coroutine_handle<> next);
/// The outermost coroutine of `root` has ended, with an exception or without.
void finish(Root& root);
/// An exception has ended a coroutine of `root`: it is for the one that awaits that.
void note_exception(Root& root, std::exception_ptr exception);
/// Throws what was noted; does nothing where nothing was.
void rethrow_exception_of(Root& root);

struct PromiseBase {
    Root* root = nullptr;
    std::coroutine_handle<> parent;  ///< who awaits this task; none: it is the root's outermost

    std::suspend_always initial_suspend() noexcept { return {}; }
    void unhandled_exception() { note_exception(*root, std::current_exception()); }

    struct Final {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
            PromiseBase& promise = ended.promise();
            if (promise.parent)
                continue_with(*promise.root, promise.parent);
            else
                finish(*promise.root);
        }
        void await_resume() const noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object();
    template <class U = T>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (!value) rethrow_exception_of(*root);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() {}
    void take() const { rethrow_exception_of(*root); }
};
}  // namespace backend

/// A lazy coroutine. It starts when it is awaited, spawned or run, and belongs to whoever holds
/// it: destroying it destroys its frame and everything in it, waiting Ops included.
template <class T>
class [[nodiscard("a Task does nothing until it is awaited, spawned or run")]] Task {
public:
    using promise_type = backend::Promise<T>;

    explicit Task(std::coroutine_handle<promise_type> frame) : frame_{frame} {}
    Task(Task&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Task() {
        if (frame_) frame_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> parent) {
        frame_.promise().root = parent.promise().root;
        frame_.promise().parent = parent;
        backend::continue_with(*parent.promise().root, frame_);
    }
    /// What the task returned; what it threw is thrown here.
    T await_resume() { return frame_.promise().take(); }

    /// Hands the frame over; for Network, which owns what it runs.
    std::coroutine_handle<promise_type> release() && { return std::exchange(frame_, nullptr); }

private:
    std::coroutine_handle<promise_type> frame_;
};

template <class T>
Task<T> backend::Promise<T>::get_return_object() {
    return Task<T>{std::coroutine_handle<Promise>::from_promise(*this)};
}
inline Task<void> backend::Promise<void>::get_return_object() {
    return Task<void>{std::coroutine_handle<Promise>::from_promise(*this)};
}

}  // namespace sockeye
