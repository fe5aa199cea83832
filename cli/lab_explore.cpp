#include "cli/lab_explore.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/address_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/json.hpp"
#include "cli/lab_expect.hpp"
#include "cli/part.hpp"
#include "cli/topology.hpp"
#include "cli/words.hpp"
#include "sockeye/explore.hpp"
#include "view/expect/shrink.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* explore_examples = R"(Examples:
  sockeye lab explore office.clab.yml --seeds 1..1000
  sockeye lab explore office.clab.yml --seeds 1..1000 --faults office.faults.yml
  sockeye lab explore office.clab.yml --seeds 1..200 --keep-going --jobs 2

What the file expects (lab test --help) is tried under each seed, on all cores.
At the first seed under which something does not come true, faults are left out
and made shorter as long as it still does not; what remains is written to a file
of faults, and the command is shown that shows it again.

Exit codes: 0 all came true under each seed; 1 something did not.)";

struct Options {
    std::string file;
    std::string topo;
    Seeds seeds{};
    std::string faults_file;
    std::size_t jobs = 0;
    std::optional<Duration> until{};
    std::string until_text;
    std::string write;
    bool keep_going = false;
    bool json = false;
};

/// "1..1000", or one.
Result<Seeds> parse_seeds(std::string_view text) {
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    const std::size_t dots = text.find("..");
    const auto first = address_text::parse_number(text.substr(0, dots), most);
    const auto last =
        dots == std::string_view::npos ? first : address_text::parse_number(text.substr(dots + 2), most);
    if (first && last && *first <= *last) return Seeds{*first, *last};
    return address_text::mistake("'" + address_text::shown(text) + "' is no range of seeds: write 1..1000");
}

/// One line on a terminal, written anew as often as something is told.
class Progress {
public:
    Progress(std::uint64_t seeds, bool is_drawn) : seeds_{seeds}, is_drawn_{is_drawn} {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { show(""); }

    void show(const std::string& line) const {
        if (is_drawn_) fmt::print(stderr, "\r\033[K{}", line);
    }
    void count(std::uint64_t tried, std::uint64_t failed) const {
        show(fmt::format("{} of {} seeds{}", tried, seeds_,
                         failed == 0 ? "" : fmt::format(", {} failed", failed)));
    }

private:
    std::uint64_t seeds_;
    bool is_drawn_;
};

/// What fails first, and in the next line who and why; empty: all came true.
std::string first_failure(const view::TestRun& run) {
    const view::Verdict* failure = run.first_failure();
    if (failure == nullptr) return "";
    return failure->expectation.sentence + "\n" + outcome_of(*failure);
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

class LabExploration {
public:
    LabExploration(const TopologySource& source, std::vector<lab::Fault> faults, const Options& options)
        : source_{source}, faults_{std::move(faults)}, options_{options} {}

    int run() {
        const Result<Explored> explored = try_seeds();
        if (!explored) return fail("lab explore", explored.error());
        if (options_.json) tell_json(*explored);
        if (!options_.json) tell(sum_of(*explored));
        if (explored->failures.empty()) return static_cast<int>(Exit::ok);
        return show(explored->failures.front());
    }

private:
    view::TestRun run_seed(std::uint64_t seed, const std::vector<lab::Fault>& faults) const {
        return view::run_expectations(source_.topology,
                                      {.seed = seed, .faults = faults, .until = options_.until});
    }

    Result<Explored> try_seeds() const {
        using Stop = ExploreOptions::Stop;
        const Progress progress{options_.seeds.last - options_.seeds.first + 1, ::isatty(STDERR_FILENO) == 1};
        return explore(
            options_.seeds, [this](std::uint64_t seed) { return first_failure(run_seed(seed, faults_)); },
            {.jobs = options_.jobs,
             .stop = options_.keep_going ? Stop::never : Stop::at_first_failure,
             .progress = [&](std::uint64_t tried, std::uint64_t failed) { progress.count(tried, failed); }});
    }

    std::string sum_of(const Explored& explored) const {
        const std::string name = source_.topology.name;
        const std::string tried = counted(explored.tried, "seed", "seeds");
        if (explored.failures.empty()) return fmt::format("{}: all came true under {}\n", name, tried);
        std::string seeds;
        for (const SeedFailure& failure : explored.failures)
            seeds += (seeds.empty() ? "" : ", ") + std::to_string(failure.seed);
        return fmt::format("{}: {} tried, {} failed: {}\n", name, tried, explored.failures.size(), seeds);
    }

    void tell_json(const Explored& explored) const {
        std::string text;
        for (const SeedFailure& failure : explored.failures)
            text += json_line({{"kind", "failure"},
                               {"lab", source_.topology.name},
                               {"seed", failure.seed},
                               {"why", failure.why}});
        tell(text + json_line({{"kind", "exploration"},
                               {"lab", source_.topology.name},
                               {"seeds", explored.tried},
                               {"failed", explored.failures.size()}}));
    }

    /// In a process of its own, since it may crash as the first did.
    bool fails_alike(const SeedFailure& failure, const std::vector<lab::Fault>& faults) const {
        const Result<Explored> again = explore({failure.seed, failure.seed}, [&](std::uint64_t seed) {
            return first_failure(run_seed(seed, faults));
        });
        return again && !again->failures.empty() &&
               first_line(again->failures.front().why) == first_line(failure.why);
    }

    /// @returns the exit code
    int show(const SeedFailure& failure) {
        Again again{.path = source_.path,
                    .shape = options_.topo,
                    .faults_file = {},
                    .seed = failure.seed,
                    .until = options_.until_text};
        std::vector<lab::Fault> fewest;
        if (!faults_.empty()) {
            const Progress progress{1, ::isatty(STDERR_FILENO) == 1};
            progress.show(fmt::format("seed {} failed: looking for the fewest faults", failure.seed));
            fewest = view::shrink(faults_, [&](const std::vector<lab::Fault>& faults) {
                         return fails_alike(failure, faults);
                     }).faults;
            if (const int wrote = write(fewest, failure, again); wrote != 0) return wrote;
        }
        if (options_.json)
            tell(json_line({{"kind", "fewest"},
                            {"seed", failure.seed},
                            {"faults", fewest.size()},
                            {"of", faults_.size()},
                            {"file", text_or_null(again.faults_file)},
                            {"again", command_of(again)}}));
        else
            tell_failure(failure, fewest, again);
        return static_cast<int>(Exit::other);
    }

    void tell_failure(const SeedFailure& failure, const std::vector<lab::Fault>& fewest,
                      const Again& again) const {
        std::string text;
        if (!faults_.empty() && fewest.empty()) text += "it needs none of the faults\n";
        if (!fewest.empty())
            text += fmt::format("the fewest faults with which it fails, {}:\n{}", again.faults_file,
                                lab::to_yaml(fewest));
        // What died, dies again: then there is nothing to look at.
        const bool is_a_failure = failure.why.contains('\n');
        text += "\n" + (is_a_failure ? report_of(run_seed(failure.seed, fewest), again)
                                     : failure.why + "\nagain: " + command_of(again) + "\n");
        tell(text);
    }

    /// @returns an exit code; 0: they are written, or there are none
    int write(const std::vector<lab::Fault>& fewest, const SeedFailure& failure, Again& again) const {
        if (fewest.empty()) return 0;
        again.faults_file = options_.write.empty()
                                ? fmt::format("{}.seed-{}.faults.yml", source_.topology.name, failure.seed)
                                : options_.write;
        std::ofstream file{again.faults_file, std::ios::binary};
        file << fmt::format("# The fewest faults with which this fails under seed {} of {}:\n#   {}\n# {}\n",
                            failure.seed, source_.topology.name, first_line(failure.why), command_of(again))
             << lab::to_yaml(fewest) << std::flush;
        if (file) return 0;
        return fail("lab explore", Exit::other,
                    fmt::format("{}: {}", again.faults_file, std::strerror(errno)));
    }

    const TopologySource& source_;
    std::vector<lab::Fault> faults_;
    const Options& options_;
};

int explore_lab(const Options& options) {
    const Result<TopologySource> source = open_topology(options.file, options.topo);
    if (!source) return fail("lab explore", Exit::other, source.error().detail());
    if (!say_remarks(*source)) return static_cast<int>(Exit::other);
    if (says_nothing_expected("lab explore", *source)) return static_cast<int>(Exit::other);
    auto faults = open_faults("lab explore", options.faults_file, source->topology);
    if (!faults) return static_cast<int>(Exit::other);
    return LabExploration{*source, *std::move(faults), options}.run();
}

}  // namespace

void add_lab_explore(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<Options>();
    CLI::App* sub = add_part(group, chosen,
                             {"explore", "try a topology's expectations under many seeds", explore_examples},
                             options, explore_lab);
    add_topology(*sub, options->file, options->topo);
    const auto set_seeds = [options](const std::string& text) {
        const Result<Seeds> seeds = parse_seeds(text);
        if (!seeds) throw CLI::ValidationError{"--seeds", std::string{seeds.error().detail()}};
        options->seeds = *seeds;
    };
    sub->add_option_function<std::string>("--seeds", set_seeds, "from the first to the last (1..100)")
        ->type_name("1..N");
    add_faults(*sub, options->faults_file);
    sub->add_option("--jobs", options->jobs, "processes that share the seeds (one a core)")
        ->check(unsaid(CLI::Range(1, 1024)))
        ->type_name("J");
    add_test_until(*sub, options->until, options->until_text);
    sub->add_option("--write", options->write, "where the fewest faults go\n(LAB.seed-N.faults.yml)")
        ->type_name("FILE");
    sub->add_flag("--keep-going", options->keep_going, "try every seed, and count those that fail");
}

}  // namespace sockeye::cli
