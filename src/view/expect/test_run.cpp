#include "view/expect/test_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <utility>

#include "app/http/url.hpp"
#include "lab/host_node.hpp"
#include "lab/tables/nodes.hpp"
#include "view/expect/watch.hpp"
#include "view/ladder.hpp"
#include "view/run_through.hpp"
#include "view/started_lab.hpp"

namespace sockeye::view {
namespace {

using lab::Expectation;
using lab::NodeKind;
using lab::Remark;
using Kind = Expectation::Kind;

constexpr std::size_t packets_shown = 20;

/// Whom "every host" and "every other" mean: neither those that pass packets on, nor bridges.
std::vector<std::string> hosts_of(const lab::TopologyFile& file) {
    std::vector<std::string> names;
    for (const lab::NodeSpec& node : file.nodes)
        if (node.kind == NodeKind::host || node.kind == NodeKind::dhcp || node.kind == NodeKind::dns)
            names.push_back(node.name);
    return names;
}

bool is_of_every_other(const Expectation& expectation) {
    return expectation.kind == Kind::reaches && expectation.target.empty();
}

/// One a host, or one a pair of hosts.
void add_watches(const lab::TopologyFile& file, const Expectation& expectation, std::deque<Watch>& watches) {
    const std::vector<std::string> all = hosts_of(file);
    const std::vector<std::string> hosts = expectation.host.empty() ? all : std::vector{expectation.host};
    const std::vector<std::string> targets =
        is_of_every_other(expectation) ? all : std::vector{expectation.target};
    for (const std::string& host : hosts)
        for (const std::string& target : targets)
            if (host != target || !is_of_every_other(expectation))
                watches.push_back({.expectation = &expectation, .host = host, .target = target});
}

/// Up to what there is to do about it.
std::string first_words(std::string_view text) {
    return std::string{text.substr(0, text.find(", so "))};
}

bool is_earlier(const Watch& a, const Watch& b) {
    return a.decided < b.decided;
}

class Test {
public:
    Test(const lab::TopologyFile& file, const TestOptions& options)
        : file_{file}, options_{options}, started_{file, options.faults, {.seed = options.seed}} {
        for (const Expectation& expectation : file.expectations)
            if (!expectation.is_of_the_run()) add_watches(file, expectation, watches_);
        for (Watch& watch : watches_)
            lab::require_host(lab_.world(), watch.host).run([this, &watch](Host& host) {
                return keep_watch(host, stage_, watch);
            });
    }

    TestRun run() {
        TestRun result{.verdicts = {}, .seed = options_.seed};
        if (const Result<void> ran = run_lab(); !ran) result.error = ran.error();
        for (Watch& watch : watches_)
            watch.give_up(result.error ? result.error->message() : why_open(watch), lab_.now());
        for (const Expectation& expectation : file_.expectations) {
            result.verdicts.push_back(expectation.kind == Kind::storm ? tell_storm(expectation, result)
                                      : expectation.is_of_the_run()   ? look_back(expectation)
                                                                      : sum_up(expectation));
        }
        if (is_storm(result) && expects_storm()) result.error.reset();
        result.ended = lab_.now();
        result.hash = lab_.hash();
        result.frames = lab::count_frames(lab_.world().recorder());
        if (const Verdict* failure = result.first_failure())
            result.last_packets = ladder(lab_.world(), {.last = packets_shown}, failure->decided);
        return result;
    }

private:
    /// What a program throws, such as a spin, ends the run as an error does.
    Result<void> run_lab() {
        try {
            return run_through(lab_, started_.services, options_.faults, options_.until,
                               [this] { return is_decided(); });
        } catch (const std::exception& thrown) {
            return std::unexpected{Error{Errc::stalled, "run", thrown.what()}};
        }
    }

    bool is_decided() {
        return std::ranges::all_of(
            watches_, [this](const Watch& watch) { return watch.held || (is_off(watch) && is_over(watch)); });
    }
    bool is_off(const Watch& watch) const { return !lab_.world().topology().node(watch.host).is_on; }
    /// Should the host be off, nobody will decide it any more.
    bool is_over(const Watch& watch) const {
        const Instant begins{watch.expectation->at.value_or(longest_wait)};
        return lab_.now() > (watch.began ? watch.ends() : begins + watch.expectation->lasts);
    }

    std::string why_open(const Watch& watch) const {
        if (is_off(watch)) return watch.host + " is off";
        return watch.began ? "the run is over" : "it has not begun when the run is over";
    }

    /// Of the hosts that an expectation is of: it holds where it holds of all.
    Verdict sum_up(const Expectation& expectation) const {
        std::vector<Watch> own;
        std::ranges::copy_if(watches_, std::back_inserter(own),
                             [&](const Watch& watch) { return watch.expectation == &expectation; });
        if (own.empty())
            return {.expectation = expectation,
                    .held = true,
                    .host = {},
                    .about = {},
                    .why = "there is no such host"};
        const auto failed = [](const Watch& watch) { return !*watch.held; };
        const bool held = std::ranges::none_of(own, failed);
        if (!held) std::erase_if(own, [](const Watch& watch) { return *watch.held; });
        const Watch& which =
            held ? *std::ranges::max_element(own, is_earlier) : *std::ranges::min_element(own, is_earlier);
        return {.expectation = expectation,
                .held = held,
                .host = which.host,
                .about = which.target == expectation.target ? "" : which.target,
                .why = which.why,
                .began = which.began.value_or(which.decided),
                .decided = which.decided};
    }

    /// Nothing else makes a lab run out of something.
    static bool is_storm(const TestRun& run) { return run.error && *run.error == Errc::resources_exhausted; }
    bool expects_storm() const {
        return std::ranges::any_of(file_.expectations,
                                   [](const Expectation& each) { return each.kind == Kind::storm; });
    }
    Verdict tell_storm(const Expectation& expectation, const TestRun& run) const {
        return {.expectation = expectation,
                .held = is_storm(run),
                .host = {},
                .about = {},
                .why = is_storm(run) ? first_words(run.error->detail()) : "there was none",
                .began = {},
                .decided = lab_.now()};
    }

    /// What the ladder shows as lost or dropped.
    Verdict look_back(const Expectation& expectation) const {
        Verdict verdict{.expectation = expectation,
                        .held = true,
                        .host = {},
                        .about = {},
                        .why = {},
                        .began = {},
                        .decided = lab_.now()};
        for (const lab::Journey& journey : lab::journeys(lab_.world())) {
            const bool is_wanted =
                expectation.kind == Kind::no_drop ? journey.is_dropped() : journey.is_lost();
            const Instant at = journey.is_dropped() ? journey.drop->at : journey.first->departs;
            if (!is_wanted || (!verdict.held && at >= verdict.decided)) continue;
            verdict.held = false;
            verdict.decided = at;
            verdict.host = journey.sender->name();
            verdict.why = journey.is_dropped() ? why_dropped(*journey.drop)
                                               : fmt::format("a frame of {} is lost", verdict.host);
        }
        return verdict;
    }

    std::string why_dropped(const lab::Drop& drop) const {
        return fmt::format("{} dropped a frame: {}", lab_.world().topology().nodes()[drop.node]->name(),
                           drop.why);
    }

    const lab::TopologyFile& file_;
    const TestOptions& options_;
    std::deque<Watch> watches_;  // they outlive the lab, whose tasks look at them, and stay where they are
    StartedLab started_;
    Lab& lab_{started_.lab};
    Stage stage_{lab_.world(), file_, started_.services, lab::starts_of(file_)};
};

}  // namespace

const Verdict* TestRun::first_failure() const {
    const Verdict* first = nullptr;
    for (const Verdict& verdict : verdicts)
        if (!verdict.held && (first == nullptr || verdict.decided < first->decided)) first = &verdict;
    return first;
}

std::size_t TestRun::failures() const {
    return static_cast<std::size_t>(std::ranges::count(verdicts, false, &Verdict::held));
}

std::vector<Remark> check_expectations(const lab::TopologyFile& file) {
    constexpr std::size_t most_pairs = 10'000;
    std::vector<Remark> remarks;
    const auto mistake = [&](lab::Place at, const std::string& words) {
        remarks.push_back({at, Remark::Weight::mistake, "expect: " + words});
    };
    const std::size_t hosts = hosts_of(file).size();
    for (const Expectation& expectation : file.expectations) {
        if (expectation.kind == Kind::gets)
            if (const auto url = app::http::Url::parse(expectation.target); !url)
                mistake(expectation.target_place, std::string{url.error().detail()});
        if (is_of_every_other(expectation) && expectation.host.empty() && hosts * hosts > most_pairs)
            mistake(expectation.place, fmt::format("of {} hosts that is {} pairs: name a host, such as {} "
                                                   "reaches every other",
                                                   hosts, hosts * (hosts - 1), hosts_of(file).front()));
    }
    return remarks;
}

TestRun run_expectations(const lab::TopologyFile& file, const TestOptions& options) {
    return Test{file, options}.run();
}

}  // namespace sockeye::view
