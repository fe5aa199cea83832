#include "sockeye/op.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/block_pool.hpp"
#include "socket/backend.hpp"
#include "socket/driver.hpp"

namespace sockeye::backend {

namespace {

/// @returns whose loop gets it done; nullptr: nobody's, it has failed already
Driver* driver_of(const Request& request) {
    return request.target == nullptr ? nullptr : &request.target->driver();
}

constexpr std::size_t most_octets = (std::size_t{1} << 48) - 1;

}  // namespace

Request::Request(Waitable* target_, Deadline deadline_) : target{target_}, deadline{deadline_} {}
Request::Request(Request&&) noexcept = default;
Request::~Request() = default;

void Request::set_size(std::size_t octets) {
    size = std::min(octets, most_octets) & most_octets;
}

void Request::set_failure(Error error) {
    extra_of(*this).failure = std::move(error);
}

Extra& extra_of(Request& request) {
    if (!request.extra) request.extra = std::make_unique<Extra>();
    return *request.extra;
}

Request waiting_at(std::unique_ptr<Waitable> made, Deadline deadline) {
    Request request{made.get(), deadline};
    extra_of(request).made = std::move(made);
    return request;
}

Result<void> try_to_wait(Request& request) {
    if (request.target->driver().now() < request.until()) return std::unexpected{Errc::would_block};
    return {};
}

Op<void> wait_until(Driver& driver, Instant at, const Call<void>& call) {
    return {call, Request{&driver.passing_of_time(), at}};
}

OpBase* OpBase::make(const CallBase& call, Request&& request, std::size_t octets) {
    auto* const op = new (take_block(sizeof(OpBase) + octets)) OpBase{call};
    new (op->place()) Request{std::move(request)};
    return op;
}

void OpBase::destroy(std::size_t octets) noexcept {
    if (waiter_ != nullptr) waiter_->driver.forget(*waiter_);
    if (!has_ended()) request().~Request();
    give_back_block(reinterpret_cast<std::byte*>(this), sizeof(OpBase) + octets);
}

bool OpBase::settle(Error& error) {
    const Request& its = request();
    if (error == Errc::would_block && its.may_wait) return false;
    error = std::move(error).with_during(call_->during);
    if (its.done > 0) error = std::move(error).with_transferred(its.done);
    return true;
}

void* OpBase::end() {
    request().~Request();
    call_ = nullptr;
    return place();
}

bool OpBase::begin() {
    Request& its = request();
    if (its.extra && its.extra->failure) {
        fail(*its.extra->failure);
        return true;
    }
    // One look at the clock: it moves on, and a deadline that is still to come is not one that has passed.
    const Instant started = its.deadline.is_set() ? its.target->driver().now() : Instant{};
    const Instant until = its.deadline.resolve(started);
    its.deadline = until;
    if (step()) return true;
    if (until > started) return false;
    fail(Errc::timed_out);
    return true;
}

bool OpBase::start(Waiter& part) {
    if (begin()) return true;
    waiter_ = &part;
    part.op = this;
    part.driver.park(part);
    return false;
}

bool OpBase::start(Root& root, std::coroutine_handle<> resume) {
    const Driver* driver = driver_of(request());
    if (driver != nullptr && driver != &root.driver) {
        std::fprintf(stderr,
                     "sockeye: a task of one network awaits %s of another, whose loop would never run: "
                     "spawn it on the network whose sockets it uses\n",
                     call_->during);
        std::abort();
    }
    bool ended = true;
    if (root.stop_requested)
        fail(Errc::cancelled);
    else
        ended = begin();
    if (ended && root.driver.may_go_on()) return false;

    waiter_ = &root;
    waiter_->op = this;
    waiter_->resume = resume;
    if (ended)
        root.driver.make_ready(*waiter_, Waiter::Turn::resume);
    else
        root.driver.park(*waiter_);
    return true;
}

void OpBase::finish_by_driving() {
    Driver* const driver = driver_of(request());
    if (driver != nullptr) driver->refuse_nested(call_->during);
    if (begin()) return;
    Waiter waiter{*driver, Waiter::Kind::plain};
    waiter_ = &waiter;
    waiter.op = this;
    driver->drive(waiter);
}

}  // namespace sockeye::backend
