#include "sockeye/op.hpp"

#include <cstdio>
#include <cstdlib>

#include "socket/backend.hpp"
#include "socket/driver.hpp"

namespace sockeye::backend {

Request::Request(const char* during_, sockeye::Network* network_)
    : during{during_}, network{network_}, driver{network_ ? &network_->backend().driver() : nullptr} {}
Request waiting_at(const char* during, sockeye::Network& network, std::unique_ptr<Waitable> made,
                   Deadline deadline) {
    Request request{during, &network};
    request.target = made.get();
    request.made = std::move(made);
    request.deadline = deadline;
    return request;
}

Op<void> wait_until(Driver& driver, Instant at, const char* during) {
    Request request{during, nullptr};
    request.driver = &driver;
    request.deadline = at;
    return {std::move(request), [](Request& r) -> Result<void> {
                if (r.driver->now() < r.until) return std::unexpected{Errc::would_block};
                return {};
            }};
}

Request::Request(Request&&) noexcept = default;
Request::~Request() = default;

OpBase::~OpBase() {
    if (waiter_ != nullptr) waiter_->driver.forget(*waiter_);
}

bool OpBase::settle(Error& error) {
    if (error == Errc::would_block && request_.may_wait) return false;
    error = std::move(error).with_during(request_.during);
    request_.made.reset();
    if (request_.done > 0) error = std::move(error).with_transferred(request_.done);
    return true;
}

bool OpBase::begin() {
    if (request_.failure) {
        fail(*request_.failure);
        return true;
    }
    // One look at the clock: it moves on, and a deadline that is still to come is not one that has passed.
    const Instant started = request_.deadline.is_set() ? request_.driver->now() : Instant{};
    request_.until = request_.deadline.resolve(started);
    if (step()) return true;
    if (request_.until > started) return false;
    fail(Errc::timed_out);
    return true;
}

bool OpBase::start(Waiter& part) {
    if (begin()) return true;
    waiter_ = &part;
    part.op = this;
    request_.driver->park(part);
    return false;
}

bool OpBase::start(Root& root, std::coroutine_handle<> resume) {
    if (request_.driver != nullptr && request_.driver != &root.waiter.driver) {
        std::fprintf(stderr,
                     "sockeye: a task of one network awaits %s of another, whose loop would never run: "
                     "spawn it on the network whose sockets it uses\n",
                     request_.during);
        std::abort();
    }
    bool ended = true;
    if (root.stop_requested)
        fail(Errc::cancelled);
    else
        ended = begin();
    if (ended && --root.budget > 0) return false;

    waiter_ = &root.waiter;
    waiter_->op = this;
    waiter_->resume = resume;
    if (ended)
        root.waiter.driver.make_ready(*waiter_, Waiter::Turn::resume);
    else
        request_.driver->park(*waiter_);
    return true;
}

void OpBase::finish_by_driving() {
    if (request_.driver != nullptr) request_.driver->refuse_nested(request_.during);
    if (begin()) return;
    Waiter waiter{*request_.driver};
    waiter_ = &waiter;
    waiter.op = this;
    request_.driver->drive(waiter);
}

}  // namespace sockeye::backend
