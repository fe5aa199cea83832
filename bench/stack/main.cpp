// ./dev bench stack: what our TCP/IP stack costs, as ratios to memcpy and to lwIP in the same run.
//   bench_stack [--rounds N] [--milliseconds N]
//   bench_stack --segments N [MTU]    moves so many segments and ends: what callgrind looks at
#include <sched.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_queue.hpp"
#include "bench/stack/lwip_pair.hpp"
#include "test/allocations/heap.hpp"
#include "test/support/host_pair.hpp"

namespace {

using namespace sockeye;
using bench::LwipWrite;
using test::HostPair;

constexpr std::size_t segment = 1460;  // octets: the yardstick's copy

struct Options {
    int rounds = 5;
    int milliseconds = 100;
};

void stay_on_one_processor() {
    cpu_set_t allowed;
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    for (unsigned processor = CPU_SETSIZE; processor-- > 0;) {
        if (!CPU_ISSET(processor, &allowed)) continue;
        CPU_ZERO(&allowed);
        CPU_SET(processor, &allowed);
        ::sched_setaffinity(0, sizeof allowed, &allowed);
        return;
    }
}

// ---- what is measured

using transport::tcp::Checksums;

/// The buffers that lwIP has too: 64 KiB, not tuned.
transport::tcp::Config settings(Checksums checksums = Checksums::computed) {
    transport::tcp::Config config;
    config.send_buffer = config.receive_buffer = std::size_t{65536};
    config.checksums = checksums;
    return config;
}

/// One stream that never ends.
class Transfer {
public:
    explicit Transfer(std::size_t mtu = 1500, const transport::tcp::Config& config = settings())
        : hosts_{config, mtu}, stream_{hosts_.connect()} {}

    std::size_t move() {
        hosts_.pass(10us);
        return test::move_octets(hosts_, *stream_.client, *stream_.server, 65536);
    }
    /// The programs have buffers of their own, which is a copy more at each end.
    std::size_t move_copied() {
        hosts_.pass(10us);
        static_cast<void>(stream_.client->send(text_));
        hosts_.exchange();
        const std::size_t arrived = stream_.server->receive(text_);
        hosts_.exchange();
        return arrived;
    }

private:
    HostPair hosts_;
    HostPair::Stream stream_;
    std::array<std::byte, 65536> text_{};
};

/// Many connections that take turns: each moves ten segments, as slow start does.
class Turns {
public:
    explicit Turns(std::size_t connections) : hosts_{settings()} {
        const std::size_t before = test::heap().octets;
        for (std::size_t i = 0; i < connections; ++i) streams_.push_back(hosts_.connect());
        hosts_.pass(1s);
        hosts_.exchange();
        octets_an_end_ = (test::heap().octets - before) / (2 * connections);
    }

    std::size_t move() {
        hosts_.pass(10us);
        next_ = (next_ + 1) % streams_.size();
        return test::move_octets(hosts_, *streams_[next_].client, *streams_[next_].server, 10 * 1448);
    }
    std::size_t octets_an_end() const { return octets_an_end_; }

private:
    HostPair hosts_;
    std::vector<HostPair::Stream> streams_;
    std::size_t next_ = 0;
    std::size_t octets_an_end_ = 0;
};

/// Timers that are armed for a while from now, as a connection's are, cancelled and armed again.
class Timers {
public:
    explicit Timers(std::size_t count) : places_(count) {
        for (Place& place : places_) arm(place);
    }

    /// @returns how often one was cancelled and another armed
    std::size_t change() {
        constexpr std::size_t times = 1000;
        for (std::size_t i = 0; i < times; ++i) {
            Place& place = places_[random_() % places_.size()];
            place.timer.cancel();
            arm(place);
        }
        return times;
    }

private:
    struct Place {
        TimerQueue<Place>::Timer timer;
    };
    void arm(Place& place) {
        now_ = now_ + Duration{100};
        queue_.arm(place, place.timer, now_ + Duration{200'000'000 + random_() % 1'000'000'000});
    }

    std::minstd_rand random_{1};
    Instant now_;
    TimerQueue<Place> queue_;
    std::deque<Place> places_;
};

std::size_t copy_segments() {
    static std::array<std::array<char, segment>, 2> buffers{};
    constexpr std::size_t times = 64;
    for (std::size_t i = 0; i < times; ++i) {
        std::memcpy(buffers[1].data(), buffers[0].data(), segment);
        asm volatile("" ::: "memory");  // the copy has to happen
    }
    return times * segment;
}

// ---- how it is measured

struct Candidate {
    std::string name;
    std::function<std::size_t()> move;  ///< @returns octets
    double aim = 0;                     ///< of memcpy's rate; 0: none
    std::vector<double> rates{};        ///< octets a nanosecond, one a round
};

double rate_of(const std::function<std::size_t()>& move, std::chrono::nanoseconds time) {
    using Clock = std::chrono::steady_clock;
    std::size_t octets = 0;
    const auto begin = Clock::now();
    auto end = begin;
    do {
        for (int i = 0; i < 8; ++i) octets += move();
        end = Clock::now();
    } while (end - begin < time);
    return static_cast<double>(octets) / static_cast<double>((end - begin).count());
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Side by side, in another order each round.
void measure(std::vector<Candidate>& candidates, const Options& options) {
    std::minstd_rand random{1};
    std::vector<std::size_t> order(candidates.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (Candidate& each : candidates) rate_of(each.move, std::chrono::milliseconds{20});
    for (int round = 0; round < options.rounds; ++round) {
        std::ranges::shuffle(order, random);
        for (const std::size_t i : order)
            candidates[i].rates.push_back(
                rate_of(candidates[i].move, std::chrono::milliseconds{options.milliseconds}));
    }
}

double spread(const std::vector<double>& values) {
    const auto [least, most] = std::ranges::minmax(values);
    return (most - least) / median(values);
}

/// 0: there is none.
struct Aim {
    double value = 0;
    bool is_least = true;

    bool is_met(double by) const { return value == 0 || (is_least ? by >= value : by <= value); }
};
constexpr Aim at_least(double value) {
    return {value, true};
}
constexpr Aim at_most(double value) {
    return {value, false};
}

struct Report {
    int aims = 0;
    int missed = 0;

    void row(const std::string& what, double value, const char* unit, Aim aim = {}, double around = 0) {
        aims += aim.value != 0 ? 1 : 0;
        missed += aim.is_met(value) ? 0 : 1;
        std::array<char, 32> wanted{};
        if (aim.value != 0)
            std::snprintf(wanted.data(), wanted.size(), "%s %g", aim.is_least ? "≥" : "≤", aim.value);
        std::array<char, 32> range{};
        if (around != 0) std::snprintf(range.data(), range.size(), "%.0f %%", 100 * around);
        std::printf("| %s | %.*f%s | %s%s | %s |\n", what.c_str(), value < 100 ? 2 : 0, value, unit,
                    wanted.data(), aim.is_met(value) ? "" : ", **missed**", range.data());
    }
};

/// Nanoseconds, the least of several: what disturbs a measurement only adds.
double cost_of_timers(std::size_t count) {
    Timers timers{count};
    double least = 1e9;
    for (int i = 0; i < 50; ++i) {
        const double rate = rate_of([&] { return timers.change(); }, std::chrono::milliseconds{1});
        least = std::min(least, 1 / rate);
    }
    return least;
}

int run(const Options& options) {
    Transfer plain;
    Transfer jumbo{9000};
    Transfer copied;
    Transfer unsummed{1500, settings(Checksums::left_out)};
    Turns one{1};
    Turns many{10'000};
    std::vector<Candidate> candidates{
        {"memcpy of 1,460 octets", copy_segments},
        {"MTU 1500", [&] { return plain.move(); }, 0.18},
        {"MTU 9000", [&] { return jumbo.move(); }, 0.34},
        {"MTU 1500, checksums left out", [&] { return unsummed.move(); }, 0.27},
        {"MTU 1500, copied in and out", [&] { return copied.move_copied(); }},
        {"lwIP, MTU 1500, in place", [] { return bench::move_by_lwip(LwipWrite::referred_to); }},
        {"lwIP, MTU 1500, copied in", [] { return bench::move_by_lwip(LwipWrite::copied); }},
        {"one connection, ten segments at a time", [&] { return one.move(); }},
        {"10,000 connections in turn", [&] { return many.move(); }},
    };
    measure(candidates, options);
    const auto rate = [&](std::string_view name) {
        return median(std::ranges::find(candidates, name, &Candidate::name)->rates);
    };
    const double yardstick = rate("memcpy of 1,460 octets");
    std::printf("memcpy: %.1f ns for %zu octets\n\n", segment / yardstick, segment);
    std::puts("| | value | aim | spread |\n|---|---|---|---|");
    Report report;
    for (const Candidate& each : candidates | std::views::drop(1))
        report.row(each.name + ": goodput", median(each.rates) / yardstick, " of memcpy", at_least(each.aim),
                   spread(each.rates));
    const double lwip = std::max(rate("lwIP, MTU 1500, in place"), rate("lwIP, MTU 1500, copied in"));
    report.row("MTU 1500: goodput", rate("MTU 1500") / lwip, " of lwIP's better", at_least(3));
    report.row("10,000 connections: cost a segment",
               rate("one connection, ten segments at a time") / rate("10,000 connections in turn"),
               " of one's", at_most(1.5));
    report.row("an idle established connection", static_cast<double>(many.octets_an_end()), " octets an end",
               at_most(1024));
    report.row("1,000,000 timers: arming and cancelling", cost_of_timers(1'000'000) / cost_of_timers(1'000),
               " of what it costs among 1,000");
    std::printf("\n%d of %d within their aim\n", report.aims - report.missed, report.aims);
    return 0;
}

int move_segments(std::size_t segments, std::size_t mtu) {
    Transfer transfer{mtu};
    std::size_t octets = 0;
    while (octets < segments * (mtu - 52)) octets += transfer.move();
    return 0;
}

int number(const char* text) {
    int value = 0;
    const char* const end = text + std::strlen(text);
    if (std::from_chars(text, end, value).ptr != end || value <= 0) {
        std::fprintf(stderr, "bench_stack: \"%s\" is no number\n", text);
        std::exit(2);
    }
    return value;
}

int help(std::FILE* to, int exit) {
    std::fputs(
        "usage: bench_stack [--rounds N] [--milliseconds N]\n"
        "       bench_stack --segments N [MTU]    moves so many and ends: for callgrind\n",
        to);
    return exit;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<const char*> arguments(words + 1, words + count);
    stay_on_one_processor();
    Options options;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string_view option = arguments[i];
        if (option == "--help") return help(stdout, 0);
        if (i + 1 == arguments.size()) return help(stderr, 2);
        if (option == "--rounds")
            options.rounds = number(arguments[i + 1]);
        else if (option == "--milliseconds")
            options.milliseconds = number(arguments[i + 1]);
        else if (option != "--segments")
            return help(stderr, 2);
        else
            return move_segments(
                static_cast<std::size_t>(number(arguments[i + 1])),
                arguments.size() > i + 2 ? static_cast<std::size_t>(number(arguments[i + 2])) : 1500);
    }
    return run(options);
}
