#include "view/expect/shrink.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

namespace sockeye::view {
namespace {

using Faults = std::vector<lab::Fault>;

/// So short that making it shorter tells nobody anything.
constexpr Duration shortest = 1ms;

/// So often at most a fault that comes again is written out.
constexpr std::int64_t most_times = 64;

bool can_be_written_out(const lab::Fault& fault) {
    return fault.every && fault.until && (*fault.until - fault.at) / *fault.every < most_times;
}

Faults written_out(const Faults& faults) {
    Faults all;
    for (const lab::Fault& fault : faults) {
        lab::Fault single = fault;
        if (can_be_written_out(fault)) single.every = single.until = std::nullopt;
        all.push_back(single);
        if (can_be_written_out(fault))
            while ((single.at += *fault.every) <= *fault.until) all.push_back(single);
    }
    return all;
}

class Shrinking {
public:
    Shrinking(Faults faults, const StillFails& still_fails, std::size_t most_tries)
        : faults_{std::move(faults)}, still_fails_{still_fails}, most_tries_{most_tries} {}

    Shrunk run() {
        take(written_out(faults_));
        leave_out_all();
        leave_out();
        for (std::size_t i = 0; i < faults_.size(); ++i) shorten(i);
        leave_out();  // what a shorter fault leaves room for
        return {std::move(faults_), tries_};
    }

private:
    /// @returns whether it still fails with `fewer`, which are then what there is
    bool take(Faults fewer) {
        if (tries_ == most_tries_) return false;
        ++tries_;
        if (!still_fails_(fewer)) return false;
        faults_ = std::move(fewer);
        return true;
    }

    /// Chance alone may be enough.
    void leave_out_all() {
        if (!faults_.empty()) take({});
    }

    /// Pieces of half of them, a quarter, … one: each is left out where it can be.
    void leave_out() {
        std::size_t length = faults_.size() / 2;
        if (faults_.size() == 1) return;
        while (length > 0) {
            bool has_left_out = false;
            for (std::size_t begin = 0; begin < faults_.size() && faults_.size() > 1;)
                if (take(without(begin, length)))
                    has_left_out = true;
                else
                    begin += length;
            if (!has_left_out || length > 1) length /= 2;
            if (length >= faults_.size()) length = faults_.size() / 2;
        }
    }

    Faults without(std::size_t begin, std::size_t length) const {
        Faults fewer;
        for (std::size_t i = 0; i < faults_.size(); ++i)
            if (i < begin || i >= begin + length) fewer.push_back(faults_[i]);
        return fewer;
    }

    bool take_with_times(std::size_t i, Duration at, Duration lasts) {
        Faults changed = faults_;
        changed[i].at = at;
        changed[i].lasts = lasts;
        return take(std::move(changed));
    }

    void shorten(std::size_t i) {
        if (faults_[i].kind == lab::Fault::Kind::restart || faults_[i].every) return;
        constexpr std::array<Duration, 3> ends{1s, 10s, 60s};
        if (!faults_[i].lasts)
            (void)std::ranges::any_of(
                ends, [&](Duration lasts) { return take_with_times(i, faults_[i].at, lasts); });
        if (!faults_[i].lasts) return;
        for (Duration part = in_whole(*faults_[i].lasts / 2); part >= shortest;) {
            const Duration at = faults_[i].at;
            const Duration lasts = *faults_[i].lasts;
            const bool fits = part < lasts;
            const bool is_shorter =
                fits && (take_with_times(i, at, lasts - part) || take_with_times(i, at + part, lasts - part));
            if (!is_shorter) part = in_whole(part / 2);
        }
    }

    static Duration in_whole(Duration part) { return std::chrono::floor<std::chrono::milliseconds>(part); }

    Faults faults_;
    const StillFails& still_fails_;
    std::size_t most_tries_;
    std::size_t tries_ = 0;
};

}  // namespace

Shrunk shrink(std::vector<lab::Fault> faults, const StillFails& still_fails, std::size_t most_tries) {
    return Shrinking{std::move(faults), still_fails, most_tries}.run();
}

}  // namespace sockeye::view
