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
    PlaceLink& place = waiter;
    place.link_before(waiting_[static_cast<std::size_t>(interest)]);
    on_wait(interest);
}

void Waitable::wake(Interest interest, Waiter::Turn turn) {
    Link& head = waiting_[static_cast<std::size_t>(interest)];
    for (Link* link = head.next; link != &head; link = link->next)
        driver_.make_ready(static_cast<Waiter&>(static_cast<PlaceLink&>(*link)), turn);
}

Waitable::~Waitable() {
    for (Interest interest : {Interest::read, Interest::write}) wake(interest, Waiter::Turn::closed);
}

}  // namespace sockeye::backend
