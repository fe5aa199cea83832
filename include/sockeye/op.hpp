// Op<T>: a wait as a value. Lazy: nothing happens until it is awaited in a Task or waited for in plain code.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

class Network;
enum class MsgFlag : std::uint8_t;

namespace backend {
class Driver;
class Socket;
class Waitable;
struct Extra;
struct Root;
struct Waiter;

enum class Interest : std::uint8_t { read, write };

/// What an Op is to do: the parameters of a call, kept until it has been done.
struct Request {
    /// @param network  nullptr only for a call that has failed already
    Request(const char* during, sockeye::Network* network);
    Request(Request&&) noexcept;
    ~Request();

    const char* during;  ///< the call's name, a literal
    sockeye::Network* network;
    Driver* driver;                  ///< whose loop gets it done
    Waitable* target = nullptr;      ///< what to wait at; nullptr: time alone
    std::unique_ptr<Waitable> made;  ///< what the call itself makes; gone once it has failed
    std::unique_ptr<Error> failure;  ///< what was wrong before it could be tried
    std::unique_ptr<Extra> extra;    ///< what few calls need
    std::byte* data = nullptr;
    std::size_t size = 0;
    std::size_t done = 0;  ///< octets so far
    Address address;
    Deadline deadline;
    Instant until = Instant::never();  ///< `deadline`, resolved when the operation started
    Interest interest = Interest::read;
    bool may_wait = true;  ///< false: would_block ends the operation
    bool started = false;  ///< of a call in two stages: the first is over
    MsgFlag flags{};
};

/// The part of an Op that does not depend on what it returns.
class OpBase {
public:
    OpBase(const OpBase&) = delete;
    OpBase& operator=(const OpBase&) = delete;

    /// What a waiter calls when its turn has come. @returns true once the operation has ended.
    bool step() { return step_(*this, nullptr); }
    void fail(const Error& error) { step_(*this, &error); }
    /// Tries at once; if that is not enough, `part` waits. @returns whether it has ended
    bool start(Waiter& part);

    Request& request() { return request_; }
    void leave_waiter() { waiter_ = nullptr; }

protected:
    using Step = bool (*)(OpBase&, const Error* failure);

    OpBase(Request&& request, Step on_turn) : request_{std::move(request)}, step_{on_turn} {}
    OpBase(OpBase&& other) noexcept : request_{std::move(other.request_)}, step_{other.step_} {}
    ~OpBase();

    /// Tries at once; if that is not enough, leaves a waiter behind. @returns true: suspend.
    bool start(Root& root, std::coroutine_handle<> resume);
    /// Drives the network until the operation has ended.
    void finish_by_driving();
    /// Puts the call's name on an error, and tells "not yet" from "ended".
    bool settle(Error& error);

private:
    bool begin();

    Request request_;
    Step step_;
    Waiter* waiter_ = nullptr;  ///< while it waits
};
}  // namespace backend

/// An operation that may have to wait. Await it once, in a Task, or call wait() once.
///
/// What it views (bytes to be sent, a buffer to receive into) and the Socket it was made from
/// must stay where they are until it has ended. Destroying it while it waits withdraws it,
/// which is always safe. One thread: that of its Network.
template <class T>
class [[nodiscard("an Op does nothing until it is awaited: co_await it, or call wait()")]] Op
    : public backend::OpBase {
public:
    /// Does as much as can be done without waiting; Errc::would_block means "not yet".
    using Try = Result<T> (*)(backend::Request&);

    Op(backend::Request&& request, Try attempt) : OpBase{std::move(request), &Op::advance}, try_{attempt} {}
    Op(Op&&) noexcept = default;

    /// Drives the network, spawned tasks included, until the operation has ended.
    /// Not inside a Task or a callback of the same network: that aborts, in every build.
    /// An exception that escapes a spawned task meanwhile is rethrown here.
    [[nodiscard]] Result<T> wait() && {
        finish_by_driving();
        return std::move(result_);
    }
    [[nodiscard]] Result<T> wait() & { return std::move(*this).wait(); }

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> task) {
        return start(*task.promise().root, task);
    }
    Result<T> await_resume() { return std::move(result_); }

private:
    static bool advance(OpBase& self, const Error* failure) {
        Op& op = static_cast<Op&>(self);
        op.result_ = failure ? Result<T>{std::unexpect, *failure} : op.try_(op.request());
        return op.result_.has_value() || op.settle(op.result_.error());
    }

    Try try_;
    Result<T> result_{std::unexpect, Errc::would_block};
};

}  // namespace sockeye
