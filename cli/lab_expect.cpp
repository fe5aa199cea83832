#include "cli/lab_expect.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/junit.hpp"
#include "cli/part.hpp"
#include "cli/recording.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

using view::Verdict;

constexpr const char* test_examples = R"(Examples:
  sockeye lab test office.clab.yml
  sockeye lab test office.clab.yml --seed 7 --faults office.faults.yml
  sockeye lab test a.clab.yml b.clab.yml --junit results.xml
  sockeye lab test --topo tree,2,3

Each lab runs in virtual time, as fast as it can, and its file says what is to
come true in it, a sentence a line:

  expect:
    - alice has an address by DHCP within 10s
    - alice gets http://web.example/ within 2s
    - bob does not reach 10.0.0.1 at 5s for 3s

A sentence is SUBJECT VERB OBJECT [at TIME] [within TIME | for TIME].
  SUBJECT   a host; every host
  VERB      reaches TARGET               does not reach TARGET
            connects to TARGET:PORT      does not connect to TARGET:PORT
            is refused by TARGET:PORT    is not refused by TARGET:PORT
            gets URL                     does not get URL
            resolves NAME [to IP]        does not resolve NAME [to IP]
            has an address [by DHCP]     has no address [by DHCP]
            has the address IP           does not have the address IP
  TARGET    an address; a node; a name for the host's resolver; every other
  at        when it begins (otherwise once the host's programs do what they are
            for; of addresses, once these start)
  within    it comes true at least once in that time (5s)
  for       it is so each time that it is tried, once a second (of what is not
            to be: 5s)
Of the whole run: nothing is dropped; nothing is lost; a storm ends the run.

Exit codes: 0 all came true; 1 something did not, or a file has a mistake.)";

struct Options {
    std::vector<std::string> files;
    std::string topo;
    std::uint64_t seed = 1;
    std::string faults_file;
    std::optional<Duration> until{};
    std::string until_text;
    std::string junit;
    bool json = false;
};

/// As a shell takes it for one word.
std::string quoted(const std::string& word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:=+@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return text + "'";
}

std::string verdict_line(const Verdict& verdict) {
    return fmt::format("{:<8}{}{}\n", verdict.held ? "ok" : "FAILED", verdict.expectation.sentence,
                       outcome_of(verdict));
}

std::string verdict_json(const TestedLab& lab, const Verdict& verdict) {
    const lab::Place place = verdict.expectation.place;
    return json_line({{"kind", "expectation"},
                      {"lab", lab.name},
                      {"file", lab.path},
                      {"line", place.line},
                      {"column", place.column},
                      {"sentence", verdict.expectation.sentence},
                      {"held", verdict.held},
                      {"host", text_or_null(verdict.host)},
                      {"target", text_or_null(verdict.about)},
                      {"why", text_or_null(verdict.why)},
                      {"began_ns", verdict.began.since_zero().count()},
                      {"decided_ns", verdict.decided.since_zero().count()}});
}

std::string lab_json(const TestedLab& lab) {
    const view::TestRun& run = lab.run;
    return json_line({{"kind", "lab"},
                      {"lab", lab.name},
                      {"file", lab.path},
                      {"seed", run.seed},
                      {"expectations", run.verdicts.size()},
                      {"failed", run.failures()},
                      {"frames", run.frames.frames},
                      {"lost", run.frames.lost},
                      {"virtual_ns", run.ended.since_zero().count()},
                      {"hash", run.hash},
                      {"error", run.error ? Json(run.error->message()) : Json{}},
                      {"report", text_or_null(lab.report)}});
}

void tell_lab(const TestedLab& lab, bool json) {
    std::string text;
    if (!json)
        text += fmt::format("{}: {}, seed {}\n", lab.name,
                            counted(lab.run.verdicts.size(), "expectation", "expectations"), lab.run.seed);
    for (const Verdict& verdict : lab.run.verdicts)
        text += json ? verdict_json(lab, verdict) : verdict_line(verdict);
    if (json)
        text += lab_json(lab);
    else if (!lab.report.empty())
        text += "\n" + lab.report + "\n";
    tell(text);
}

std::string sum_of(const std::vector<TestedLab>& labs) {
    std::size_t all = 0;
    std::size_t failed = 0;
    for (const TestedLab& lab : labs) {
        all += lab.run.verdicts.size();
        failed += lab.run.failures();
    }
    if (failed == 0)
        return fmt::format("{} came true\n", all == 1 ? "what was expected" : fmt::format("all {}", all));
    return fmt::format("{} of {} did not come true\n", failed, all);
}

int write_junit(const std::string& path, const std::vector<TestedLab>& labs) {
    if (path.empty()) return static_cast<int>(Exit::ok);
    std::ofstream file{path, std::ios::binary};
    file << to_junit(labs) << std::flush;
    if (file) return static_cast<int>(Exit::ok);
    return fail("lab test", Exit::other, fmt::format("{}: {}", path, std::strerror(errno)));
}

/// @returns nothing where the file cannot be run, which has been said then
std::optional<TestedLab> test_one(const TopologySource& source, const Again& again, const Options& options) {
    if (!say_remarks(source)) return std::nullopt;
    auto faults = open_faults("lab test", options.faults_file, source.topology);
    if (!faults) return std::nullopt;
    TestedLab lab{
        .path = source.path,
        .name = source.topology.name,
        .run = view::run_expectations(
            source.topology, {.seed = options.seed, .faults = *std::move(faults), .until = options.until}),
        .report = {}};
    lab.report = report_of(lab.run, again);
    return lab;
}

int test(const Options& options) {
    std::vector<std::string> files = options.files;
    if (files.empty()) files.emplace_back();  // this folder's one, or the shape
    std::vector<TestedLab> labs;
    bool is_fine = true;
    for (const std::string& file : files) {
        const Result<TopologySource> source = open_topology(file, options.topo);
        if (!source) return fail("lab test", Exit::other, source.error().detail());
        const Again again{.path = source->path,
                          .shape = options.topo,
                          .faults_file = options.faults_file,
                          .seed = options.seed,
                          .until = options.until_text};
        if (!source->topology.has_mistakes() && says_nothing_expected("lab test", *source)) continue;
        const std::optional<TestedLab> lab = test_one(*source, again, options);
        is_fine = is_fine && lab && lab->run.failures() == 0;
        if (!lab) continue;
        tell_lab(*lab, options.json);
        labs.push_back(*lab);
    }
    if (!options.json && !labs.empty()) tell(sum_of(labs));
    const int written = write_junit(options.junit, labs);
    const bool is_ok = is_fine && !labs.empty();  // where nothing was expected, nothing was tested
    return is_ok ? written : static_cast<int>(Exit::other);
}

}  // namespace

std::string command_of(const Again& again) {
    std::string text = called_as() + " lab test";
    text += again.shape.empty() ? " " + quoted(again.path) : " --topo " + again.shape;
    text += fmt::format(" --seed {}", again.seed);
    if (!again.faults_file.empty()) text += " --faults " + quoted(again.faults_file);
    if (!again.until.empty()) text += " --until " + quoted(again.until);
    return text;
}

std::string report_of(const view::TestRun& run, const Again& again) {
    const Verdict* failure = run.first_failure();
    if (failure == nullptr) return "";
    std::string text = fmt::format("failed first: {}\nseed {}, {} s of virtual time{}: {}\n",
                                   failure->expectation.sentence, run.seed, to_string(failure->decided),
                                   failure->host.empty() ? "" : ", host " + failure->host, failure->why);
    text += "the last packets by then:\n" + run.last_packets;
    return text + "again: " + command_of(again) + "\n";
}

std::string outcome_of(const Verdict& verdict) {
    if (verdict.host.empty()) return verdict.why.empty() ? "" : fmt::format("  ({})", verdict.why);
    return fmt::format("  ({}{}, {} s: {})", verdict.host,
                       verdict.about.empty() ? "" : " to " + verdict.about, to_string(verdict.decided),
                       verdict.why);
}

bool says_nothing_expected(std::string_view verb, const TopologySource& source) {
    if (!source.topology.expectations.empty()) return false;
    say(fmt::format("sockeye {}: {} expects nothing: write a list of sentences under expect: (see --help)",
                    verb, source.path));
    return true;
}

void add_test_until(CLI::App& command, std::optional<Duration>& until, std::string& text) {
    const auto set = [&until, &text](const std::string& given) {
        const Result<Duration> parsed = parse_duration(given);
        if (!parsed) throw CLI::ValidationError{"--until", std::string{parsed.error().detail()}};
        until = *parsed;
        text = given;
    };
    command
        .add_option_function<std::string>(
            "--until", set, "how long the lab runs, in virtual time, such as 2m\n(until all is decided)")
        ->type_name("DURATION");
}

void add_lab_test(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<Options>();
    CLI::App* sub =
        add_part(group, chosen, {"test", "see whether what a topology expects comes true", test_examples},
                 options, test);
    sub->add_option("FILE", options->files, "topologies; if none is named, this folder's one *.clab.yml")
        ->type_name("");
    add_topo(*sub, options->topo);
    add_seed(*sub, options->seed);
    add_faults(*sub, options->faults_file);
    add_test_until(*sub, options->until, options->until_text);
    sub->add_option("--junit", options->junit, "also write the results there, as JUnit's XML")
        ->type_name("OUT");
}

}  // namespace sockeye::cli
