#include "socket/waiting.hpp"

#include "socket/driver.hpp"

namespace sockeye::backend {

/// An exception that ends a wait() leaves the operation behind.
Waiter::~Waiter() {
    if (op == nullptr) return;
    op->leave_waiter();
    driver.forget(*this);
}

PartWaiter::PartWaiter(Waitable& whole_) : Waiter{whole_.driver(), Kind::part}, whole{whole_} {}

void Waitable::add(Waiter& waiter) {
    waiting_.push(waiter);
    on_wait(waiter.op->call().interest);
}

void Waitable::wake(Interest interest) {
    waiting_.each([&](Waiter& waiter) {
        if (waiter.op->call().interest == interest) driver_.make_ready(waiter, Waiter::Turn::retry);
    });
}

Waitable::~Waitable() {
    waiting_.each([&](Waiter& waiter) { driver_.make_ready(waiter, Waiter::Turn::closed); });
}

}  // namespace sockeye::backend
