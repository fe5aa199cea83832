#include "socket/driver.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "socket/backend.hpp"

namespace sockeye::backend {

namespace {

/// How many Ops of one task may end at once, and how many tasks may have their turn, before the
/// others, and the world, have theirs.
constexpr int budget_of_a_turn = 64;

class Flag {
public:
    explicit Flag(bool& flag) : flag_{flag} { flag_ = true; }
    ~Flag() { flag_ = false; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;

private:
    bool& flag_;
};

}  // namespace

void continue_with(Root& root, std::coroutine_handle<> next) {
    root.driver.continue_with(next);
}

void finish(Root& root) {
    root.driver.ended(root);
}

void note_exception(Root& root, std::exception_ptr exception) {
    root.rare().exception = std::move(exception);
}

void rethrow_exception_of(Root& root) {
    if (!root.rarely || !root.rarely->exception) return;
    std::rethrow_exception(std::exchange(root.rarely->exception, nullptr));
}

Root::Root(Driver& driver_, Network& owner_, Task<> task, std::stop_token stop)
    : Waiter{driver_, Kind::root}, owner{owner_} {
    auto frame = std::move(task).release();
    frame.promise().root = this;
    outermost = frame;
    if (stop.stop_possible()) rare().on_stop.emplace(std::move(stop), Stop{*this});
}

Root::~Root() {
    tell(End::destroyed);
    rarely.reset();
    outermost.destroy();
}

Root::Rarely& Root::rare() {
    if (!rarely) rarely = std::make_unique<Rarely>();
    return *rarely;
}

void Root::tell(End end) {
    if (rarely && rarely->tell_end != nullptr) *std::exchange(rarely->tell_end, nullptr) = end;
}

void Root::Stop::operator()() const noexcept {
    root.stop_requested = true;
    root.driver.attend();
}

/// To wait at for nothing but a deadline.
class Driver::Time final : public Waitable {
public:
    using Waitable::Waitable;
    std::string describe() const override { return ""; }
};

Driver::Driver() : time_{std::make_unique<Time>(*this)} {}

Waitable& Driver::passing_of_time() {
    return *time_;
}

Driver::~Driver() {
    while (Root* newest = roots_.back()) delete newest;
    while (Root* newest = ended_.back()) delete newest;
}

Root& Driver::spawn(Network& owner, Task<> task, std::stop_token stop) {
    auto root = std::make_unique<Root>(*this, owner, std::move(task), std::move(stop));
    roots_.push(*root);
    make_ready(*root, Waiter::Turn::start);
    return *root.release();
}

void Driver::destroy_tasks(const Network& owner) {
    if (latest_to_run_ == &owner) latest_to_run_ = nullptr;
    std::vector<Root*> its;
    const auto collect = [&](Root& root) {
        if (&root.owner == &owner) its.push_back(&root);
    };
    roots_.each(collect);
    ended_.each(collect);
    while (!its.empty()) {
        delete its.back();
        its.pop_back();
    }
}

std::size_t Driver::count_tasks(const Network& owner) const {
    std::size_t count = 0;
    roots_.each([&](const Root& root) {
        if (&root.owner == &owner) ++count;
    });
    return count;
}

void Driver::ended(Root& root) {
    root.tell(Root::End::returned);
    roots_.leave(root);
    ended_.push(root);
}

/// Destroys what has ended; what escaped the first of them is thrown.
void Driver::reap() {
    while (Root* root = ended_.front()) {
        const std::exception_ptr escaped = root->rarely ? root->rarely->exception : nullptr;
        delete root;
        if (escaped) std::rethrow_exception(escaped);
    }
}

void Driver::refuse_nested(const char* during) const {
    if (!driving_) return;
    std::fprintf(stderr,
                 "sockeye: %s: wait() inside a task or a callback of the network whose loop it would have to "
                 "run: write co_await instead\n",
                 during);
    std::abort();
}

Result<void> Driver::drive(const std::function<bool()>& is_done) {
    refuse_nested("run");
    struct Rest {
        Driver& driver;
        ~Rest() { driver.come_to_rest(); }
    } rest{*this};
    Flag driving{driving_};
    for (int turns = 0;;) {
        reap();
        if (is_done()) return {};
        if (stop_requested_.exchange(false)) return std::unexpected{Error{Errc::cancelled, "run"}};
        if (attention_.exchange(false)) cancel_stopped_tasks();
        if (!ready_.empty() && turns++ < budget_of_a_turn) {
            take_turn();
            continue;
        }
        turns = 0;
        const Instant until = !ready_.empty() ? Instant{} : timers_.next_at();
        if (Result<void> moved = advance(until); !moved) {
            Error error = std::move(moved.error());
            if (error.detail().empty()) error = std::move(error).with_detail(who_waits());
            return std::unexpected{std::move(error)};
        }
        expire_deadlines();
    }
}

void Driver::drive(Waiter& plain) {
    park(plain);
    plain_ = &plain;
    struct Leave {
        Waiter*& plain;
        ~Leave() { plain = nullptr; }
    } leave{plain_};
    Result<void> driven = drive([&] { return plain.ended; });
    if (driven) return;
    OpBase& op = *plain.op;
    op.leave_waiter();  // which is gone before the operation is
    forget(plain);
    op.fail(driven.error());
}

Result<void> Driver::run_until_ended(Root& root) {
    struct Owned {
        Root& root;
        Root::End end = Root::End::not_yet;
        ~Owned() {
            if (end == Root::End::not_yet) delete &root;
        }
    } owned{root};
    root.rare().tell_end = &owned.end;
    Result<void> driven = drive([&] { return owned.end != Root::End::not_yet; });
    // Its network's tasks were destroyed under it, as when a lab's host crashes.
    if (driven && owned.end == Root::End::destroyed) return std::unexpected{Error{Errc::cancelled, "run"}};
    return driven;
}

Instant Driver::driving_wait_ends() const {
    return plain_ == nullptr ? Instant::never() : plain_->op->request().until();
}

Result<void> Driver::run_until_all_ended() {
    return drive([&] { return roots_.empty(); });
}

void Driver::stop() noexcept {
    stop_requested_ = true;
    interrupt();
}

void Driver::attend() noexcept {
    attention_ = true;
    interrupt();
}

void Driver::cancel_stopped_tasks() {
    roots_.each([&](Root& root) {
        if (!root.stop_requested || std::exchange(root.told_to_stop, true)) return;
        if (root.op != nullptr) make_ready(root, Waiter::Turn::cancelled);
    });
}

void Driver::make_ready(Waiter& waiter, Waiter::Turn turn) {
    if (!ready_.is_queued(waiter)) {
        waiter.turn = turn;
        ready_.push(waiter);
    } else if (waiter.turn >= Waiter::Turn::retry && turn > waiter.turn) {
        waiter.turn = turn;
    }
}

void Driver::park(Waiter& waiter) {
    const Request& request = waiter.op->request();
    request.target->add(waiter);
    if (request.until() == Instant::never()) return;
    if (!waiter.timer) waiter.timer = std::make_unique<Waiter::Deadline>();
    timers_.arm(waiter, *waiter.timer, request.until());
}

void Driver::forget(Waiter& waiter) {
    ready_.leave(waiter);
    Fifo<Waiter, WaitingList>::leave(waiter);
    if (waiter.timer) waiter.timer->cancel();
    waiter.op = nullptr;
}

/// Resumes `first`, then whoever the chain hands over to, until it waits or has ended.
void Driver::run_chain(std::coroutine_handle<> first) {
    budget_ = budget_of_a_turn;
    next_ = first;
    while (const std::coroutine_handle<> current = std::exchange(next_, {})) current.resume();
}

void Driver::take_turn() {
    take_turn(*ready_.pop());
}

void Driver::take_turn(Waiter& waiter) {
    if (waiter.kind == Waiter::Kind::root) count_turn(static_cast<Root&>(waiter));
    switch (waiter.turn) {
        case Waiter::Turn::start: return run_chain(static_cast<Root&>(waiter).outermost);
        case Waiter::Turn::resume: return end(waiter);
        case Waiter::Turn::retry:
            if (waiter.op->step()) return end(waiter);
            return go_on_waiting(waiter);
        case Waiter::Turn::deadline:
            if (!waiter.op->step()) waiter.op->fail(Errc::timed_out);
            return end(waiter);
        case Waiter::Turn::cancelled: waiter.op->fail(Errc::cancelled); return end(waiter);
        case Waiter::Turn::closed: waiter.op->fail(Errc::closed); return end(waiter);
    }
}

void Driver::count_turn(Root& root) {
    latest_to_run_ = &root.owner;
    if (std::exchange(root.instant, instant_) != instant_) root.turns = 0;
    most_turns_ = std::max(most_turns_, ++root.turns);
}

/// It had its turn, and that was not enough: as a receive that is to fill a buffer.
void Driver::go_on_waiting(Waiter& waiter) {
    waiter.op->request().target->go_on_waiting(waiter.op->call().interest);
}

void Driver::end(Waiter& waiter) {
    waiter.op->leave_waiter();
    forget(waiter);
    if (waiter.kind == Waiter::Kind::root) return run_chain(waiter.resume);
    waiter.ended = true;
    if (waiter.kind == Waiter::Kind::part) static_cast<PartWaiter&>(waiter).whole.wake(Interest::read);
}

void Driver::expire_deadlines() {
    if (timers_.next_at() == Instant::never()) return;
    const Instant at = now();
    while (Waiter* waiter = timers_.expire(at)) make_ready(*waiter, Waiter::Turn::deadline);
}

std::string Driver::who_waits() const {
    std::string text;
    const auto add = [&](std::string_view who, const Waiter& waiter) {
        if (waiter.op == nullptr) return;
        if (!text.empty()) text += "; ";
        text += std::string{who} + ": " + waiter.op->call().during;
        if (const std::string where = waiter.op->request().target->describe(); !where.empty())
            text += " at " + where;
    };
    if (plain_ != nullptr) add("wait()", *plain_);
    roots_.each([&](const Root& root) { add(root.owner.name(), root); });
    return text;
}

}  // namespace sockeye::backend
