// What stands behind an Op, whatever it returns: what is to be done, and by whom it is waited for. For the
// library alone.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>

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

/// What an Op is to do: the parameters of a call, kept until it has been done. Each connection that
/// waits has one, so what few calls need is in `extra`.
struct Request {
    /// @param target  what to wait at; nullptr only for a call that has failed already
    explicit Request(Waitable* target, Deadline deadline = {});
    Request(Request&&) noexcept;
    ~Request();

    Waitable* target;
    union {
        std::byte* data = nullptr;
        sockeye::Network* network;  ///< of a call that makes sockets: whose
    };
    std::uint64_t size : 48 = 0;
    MsgFlag flags : 8 {};
    bool may_wait : 1 = true;  ///< false: would_block ends the operation
    bool started : 1 = false;  ///< of a call in two stages: the first is over
    std::size_t done = 0;      ///< octets so far
    Deadline deadline;         ///< once the operation has started, a moment
    std::unique_ptr<Extra> extra;

    /// What is longer than all memory is cut.
    void set_size(std::size_t octets);
    /// What was wrong before it could be tried.
    void set_failure(Error error);
    /// @pre the operation has started
    Instant until() const { return deadline.resolve({}); }
};

class OpBase;

/// What all operations of one call have in common.
struct CallBase {
    using Step = bool (*)(OpBase&, const Error* failure);

    const char* during;  ///< its name
    Interest interest;
    Step step;
};

/// An operation: what it is to do and, in the same place once it has ended, what came of it. It stays
/// where it is, in a block of the pool, while the Op is moved.
class OpBase {
public:
    OpBase(const OpBase&) = delete;
    OpBase& operator=(const OpBase&) = delete;

    /// @param octets  of the larger of a Request and what it is to return
    static OpBase* make(const CallBase& call, Request&& request, std::size_t octets);
    /// What it returned must have been destroyed.
    void destroy(std::size_t octets) noexcept;

    /// What a waiter calls when its turn has come. @returns true once the operation has ended.
    bool step() { return call_->step(*this, nullptr); }
    void fail(const Error& error) { call_->step(*this, &error); }
    /// Puts the call's name on an error, and tells "not yet" from "ended".
    bool settle(Error& error);
    /// @returns where what it returned is to be put
    void* end();

    /// Tries at once; if that is not enough, `part` waits. @returns whether it has ended
    bool start(Waiter& part);
    /// Tries at once; if that is not enough, leaves a waiter behind. @returns true: suspend.
    bool start(Root& root, std::coroutine_handle<> resume);
    /// Drives the network until the operation has ended.
    void finish_by_driving();

    bool has_ended() const { return call_ == nullptr; }
    void* place() { return this + 1; }
    /// @pre it has not ended
    Request& request() { return *static_cast<Request*>(place()); }
    const CallBase& call() const { return *call_; }
    void leave_waiter() { waiter_ = nullptr; }

private:
    explicit OpBase(const CallBase& call) : call_{&call} {}
    ~OpBase() = default;

    bool begin();

    const CallBase* call_;      ///< nullptr: it has ended
    Waiter* waiter_ = nullptr;  ///< while it waits
};
}  // namespace backend

}  // namespace sockeye
