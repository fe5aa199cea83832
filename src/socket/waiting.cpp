#include "socket/waiting.hpp"

#include "socket/driver.hpp"

namespace sockeye::backend {

/// An exception that ends a wait() leaves the operation behind.
Waiter::~Waiter() {
    if (op == nullptr) return;
    op->leave_waiter();
    driver.forget(*this);
}

void Waitable::add(Waiter& waiter, Interest interest) {
    waiting_[static_cast<std::size_t>(interest)].push(waiter, waiter.place);
    on_wait(interest);
}

void Waitable::wake(Interest interest, Waiter::Turn turn) {
    waiting_[static_cast<std::size_t>(interest)].each(
        [&](Waiter& waiter) { driver_.make_ready(waiter, turn); });
}

Waitable::~Waitable() {
    for (Interest interest : {Interest::read, Interest::write}) wake(interest, Waiter::Turn::closed);
}

}  // namespace sockeye::backend
