#include "view/run_control.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "lab/world.hpp"

namespace sockeye::view {
namespace {

constexpr Duration a_look = 5ms;  // between two looks at what one is told, in the machine's time
constexpr Duration a_turn =
    100us;  // of others: far longer than reading the clock takes, or it is past at once
constexpr Duration too_long = 4ms;       // for one step
constexpr Duration too_late = 100ms;     // for catching up
constexpr Duration longest_step = 1min;  // of the lab's time
constexpr Duration a_moment = 50us;      // the shortest step for callers, of the lab's time

/// How far the lab goes at once: as far as the machine does in a few milliseconds.
class Stride {
public:
    explicit Stride(Duration most) : most_{most}, now_{std::min<Duration>(most, 1ms)} {}

    Duration length() const { return now_; }
    void took(Duration machine_time) {
        if (machine_time > too_long) now_ = std::max<Duration>(now_ / 2, 1us);
        if (machine_time < too_long / 4) now_ = std::min(now_ * 2, most_);
    }

private:
    Duration most_;
    Duration now_;
};

/// The lab's time that passes between two looks.
Duration of_a_look(Speed speed) {
    if (speed.is_max()) return longest_step;
    Duration length = 1us;
    while (length < longest_step && speed.of_the_machine(2 * length) <= a_look) length *= 2;
    return length;
}

/// What there is to see in a lab: more of it, and something has happened.
auto sights(const Lab& lab) {
    const lab::Recorder& recorder = lab.world().recorder();
    return std::tuple{recorder.next_number(), recorder.drops().size(), recorder.notes().size()};
}

Result<void> step_event(Lab& lab, Instant until) {
    constexpr int most_looks = 10'000;  // alarms of which nothing comes
    const auto before = sights(lab);
    Result<void> ran = lab.run_for(1ns);  // programs that are ready have their turn first
    for (int look = 0; ran && sights(lab) == before && look < most_looks; ++look) {
        const Instant next = std::min(lab.world().next_event_at(), until);
        if (next == Instant::never() || next <= lab.now()) break;
        ran = lab.world().run_until(next);
    }
    return ran;
}

class Run {
public:
    Run(Network& machine, Lab& lab, RunControl& control, Speed speed, Instant until)
        : machine_{machine},
          lab_{lab},
          control_{control},
          speed_{speed},
          until_{until},
          stride_{of_a_look(speed)} {
        begin_anew();
    }

    bool has_ended() const { return control_.down || lab_.now() >= until_; }
    bool stands_still() const { return control_.paused && !control_.is_stepping(); }

    /// From here on the two clocks go together.
    void begin_anew() {
        lab_from_ = lab_.now();
        machine_from_ = machine_.now();
    }

    /// When the next step is due, on the machine's clock.
    Instant due() {
        if (speed_.is_max() || control_.paused) return machine_.now();
        const Instant due = machine_from_ + speed_.of_the_machine(end_of_step() - lab_from_);
        if (machine_.now() - due > too_late) begin_anew();
        return due;
    }

    Result<void> step() {
        const Instant began = machine_.now();
        const Instant from = lab_.now();
        const Duration length = end_of_step() - from;
        control_.has_calls = false;
        Result<void> ran =
            control_.paused && control_.step_event ? step_event(lab_, until_) : lab_.run_for(length);
        if (control_.paused) count_step(lab_.now() - from);
        if (length >= stride_.length()) stride_.took(machine_.now() - began);
        return ran;
    }

private:
    Instant end_of_step() const {
        const Duration most = control_.paused ? control_.to_step : Duration::max();
        return std::min(lab_.now() + std::min({stride_.length(), most, until_something()}), until_);
    }
    /// For callers: how soon there may be something for them. What comes of a call is not among the lab's
    /// events before it has run.
    Duration until_something() const {
        if (control_.callers == 0) return Duration::max();
        if (control_.has_calls) return a_moment;
        return std::max<Duration>(lab_.world().next_event_at() - lab_.now(), a_moment);
    }
    void count_step(Duration passed) {
        control_.step_event = false;
        control_.to_step -= std::min(passed, control_.to_step);
        begin_anew();
    }

    Network& machine_;
    Lab& lab_;
    RunControl& control_;
    Speed speed_;
    Instant until_;
    Stride stride_;
    Instant lab_from_;
    Instant machine_from_;
};

/// By which a caller ends the wait for the next step.
struct Alarm {
    Alarm(Network& machine, RunControl& control_) : event{machine}, control{control_} {
        control.alarm = &event;
    }
    ~Alarm() { control.alarm = nullptr; }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    Event event;
    RunControl& control;
};

}  // namespace

Task<Result<void>> run_paced(Network& machine, Lab& lab, RunControl& control, Speed speed, Instant until) {
    Run run{machine, lab, control, speed, until};
    Alarm alarm{machine, control};
    Instant waited = machine.now();
    while (!run.has_ended()) {
        if (run.stands_still()) {
            if (Result<void> slept = co_await machine.sleep(a_look); !slept) co_return slept;
            waited = machine.now();
            run.begin_anew();
            continue;
        }
        Instant due = run.due();
        // Others have their turn, even where there is no time to wait.
        if (machine.now() - waited > a_look || std::exchange(control.has_news, false))
            due = std::max(due, machine.now() + a_turn);
        if (due > machine.now()) {
            Result<void> called = co_await alarm.event.wait(due);
            if (!called && called.error() != Errc::timed_out) co_return called;
            alarm.event.clear();
            waited = machine.now();
            if (called) continue;  // the next step is due sooner
        }
        if (run.has_ended() || run.stands_still()) continue;  // it has been told so meanwhile
        if (Result<void> ran = run.step(); !ran) co_return ran;
    }
    co_return Result<void>{};
}

}  // namespace sockeye::view
