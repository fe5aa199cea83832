#include "view/expect/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "view/expect/attempt.hpp"
#include "view/run_through.hpp"

namespace sockeye::view {
namespace {

using When = lab::Expectation::When;

bool is_of_addresses(const lab::Expectation& expectation) {
    return expectation.kind == lab::Expectation::Kind::has_an_address ||
           expectation.kind == lab::Expectation::Kind::has_the_address;
}

/// Looking costs nothing; packets are sent as ping(8) sends them.
Duration interval_of(const lab::Expectation& expectation) {
    return is_of_addresses(expectation) ? look_every : Duration{1s};
}

/// Until the host's programs do what they are for. @returns whether they do
Task<bool> programs_are_done(Host& host, const Stage& stage) {
    const auto found = stage.services.done.find(std::string{host.name()});
    if (found == stage.services.done.end()) co_return true;
    while (!*found->second && host.now() < Instant{longest_wait})
        (void)co_await host.sleep(look_every);  // a lab's clock goes on
    co_return *found->second;
}

/// @returns whether there is something to try
Task<bool> begin(Host& host, const Stage& stage, Watch& watch) {
    const lab::Expectation& expectation = *watch.expectation;
    if (!expectation.at && !is_of_addresses(expectation)) {
        const bool are_done = co_await programs_are_done(host, stage);
        if (!are_done) co_return false;
    } else {
        const Duration at = expectation.at.value_or(stage.starts.at(watch.host));
        (void)co_await host.sleep_until(Instant{at});  // a lab's clock goes on
    }
    watch.began = host.now();
    co_return true;
}

/// As long as it may take, and no longer than the whole may.
Instant patience_of(const Watch& watch, Instant now) {
    const bool is_one_of_many = watch.expectation->when != When::once;
    return is_one_of_many ? now + Duration{1s} : watch.ends();
}

void take_in(Watch& watch, Attempt attempt, Instant now) {
    const bool is_wanted = watch.expectation->when != When::never;
    watch.why = std::move(attempt.what);
    if (watch.expectation->when == When::once) {
        if (attempt.succeeded && now <= watch.ends()) watch.decide(true, now);
    } else if (attempt.succeeded != is_wanted) {
        watch.decide(false, now);
    }
}

}  // namespace

void Watch::decide(bool has_held, Instant now) {
    held = has_held;
    decided = now;
}

void Watch::give_up(std::string_view why_not, Instant now) {
    if (held) return;
    why = why.empty() ? std::string{why_not} : fmt::format("{}; {}", why, why_not);
    decide(false, now);
}

Task<> keep_watch(Host& host, const Stage& stage, Watch& watch) {
    if (watch.held) co_return;
    if (!watch.began) {
        const bool has_begun = co_await begin(host, stage, watch);
        if (!has_begun) {
            watch.give_up(
                fmt::format("its programs have not done what they are for by {}", to_string(longest_wait)),
                host.now());
            co_return;
        }
    }
    const Duration interval = interval_of(*watch.expectation);
    while (!watch.held) {
        const Instant tried_at = host.now();
        Attempt attempt = co_await try_once(host, stage, watch, patience_of(watch, tried_at));
        take_in(watch, std::move(attempt), host.now());
        const Instant next = std::max(tried_at + interval, host.now());
        if (watch.held) co_return;
        if (next >= watch.ends()) break;
        (void)co_await host.sleep_until(next);  // a lab's clock goes on
    }
    if (!watch.held) watch.decide(watch.expectation->when != When::once, host.now());
}

}  // namespace sockeye::view
