#include "sockeye/event.hpp"

#include "socket/backend.hpp"

namespace sockeye {
namespace backend {

class EventFlag : public Waitable {
public:
    using Waitable::Waitable;
    std::string describe() const override { return "an event"; }

    void set() {
        is_set = true;
        wake(Interest::read);
    }

    bool is_set = false;
};

}  // namespace backend

namespace {

Result<void> try_wait(backend::Request& request) {
    if (static_cast<backend::EventFlag&>(*request.target).is_set) return {};
    return std::unexpected{Error{Errc::would_block}};
}

constexpr backend::Call<void> wait_call{"wait", backend::Interest::read, &try_wait};

}  // namespace

Event::Event(Network& network) : flag_{std::make_unique<backend::EventFlag>(network.backend().driver())} {}
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

Op<void> Event::wait(Deadline deadline) {
    return {wait_call, backend::Request{flag_.get(), deadline}};
}

void Event::set() {
    flag_->set();
}

void Event::clear() {
    flag_->is_set = false;
}

bool Event::is_set() const {
    return flag_->is_set;
}

}  // namespace sockeye
