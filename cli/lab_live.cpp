// sockeye lab ps|arp|ping|fault|…: looks into a lab that runs, and steers it.
#include "cli/lab_live.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/quantity.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/json.hpp"
#include "cli/lab_client.hpp"
#include "cli/lab_past.hpp"
#include "cli/table.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

static_assert(view::exit::other == static_cast<int>(Exit::other));
static_assert(view::exit::usage == static_cast<int>(Exit::usage));
static_assert(view::exit::name_not_found == static_cast<int>(Exit::name_not_found));
static_assert(view::exit::timed_out == static_cast<int>(Exit::timed_out));
static_assert(view::exit::unreachable == static_cast<int>(Exit::unreachable));

struct Options {
    std::string lab;
    view::Request request;
    LabPast past;
    bool one_way = false;
    bool json = false;
};
using Shared = std::shared_ptr<Options>;

/// What stands behind a verb.
void takes_nothing(CLI::App&, Options&) {}

void takes_host(CLI::App& verb, Options& options) {
    verb.add_option("HOST", options.request.host, "a host or a router")->required()->type_name("");
}

void takes_switch(CLI::App& verb, Options& options) {
    verb.add_option("SWITCH", options.request.host, "a switch")->required()->type_name("");
}

void takes_address(CLI::App& verb, Options& options) {
    takes_host(verb, options);
    verb.add_option("IP", options.request.target, "whom to: an address, or the name of a node")
        ->required()
        ->type_name("");
}

void takes_timeout(CLI::App& verb, Options& options) {
    verb.add_option("--timeout", options.request.timeout, "give up after that long (60s)")->type_name("TIME");
}

void takes_target(CLI::App& verb, Options& options) {
    takes_host(verb, options);
    verb.add_option("TARGET", options.request.target, "an address, a node, or a name for the host's resolver")
        ->required()
        ->type_name("");
    takes_timeout(verb, options);
}

void takes_echoes(CLI::App& verb, Options& options) {
    takes_target(verb, options);
    verb.add_option("--count", options.request.count, "so many echoes (3)")
        ->check(unsaid(CLI::Range(1, 1000)))
        ->type_name("N");
}

void takes_name(CLI::App& verb, Options& options) {
    takes_host(verb, options);
    verb.add_option("NAME", options.request.target, "whose addresses are wanted")->required()->type_name("");
    verb.add_option("--type", options.request.words, "another type of record: MX, NS, TXT, PTR …")
        ->expected(1)
        ->type_name("TYPE");
    takes_timeout(verb, options);
}

void takes_step(CLI::App& verb, Options& options) {
    verb.add_option("HOW_FAR", options.request.words,
                    "virtual time, such as 10ms; or event: to what\ncan be seen next")
        ->expected(1)
        ->type_name("");
}

void takes_fault(CLI::App& verb, Options& options) {
    verb.add_option("WHAT", options.request.words,
                    "add A B cut|heal|hold|release\nadd A B loss=20% delay=10ms …\nadd HOST crash|restart\n"
                    "clear [A B]\nlist")
        ->required()
        ->type_name("");
    verb.add_flag("--one-way", options.one_way, "impair from A to B alone");
}

/// Whether it only looks, so that a recording can tell it too.
enum class Of : std::uint8_t { lab_that_runs, recording_too };

struct LiveVerb {
    const char* name;
    const char* does;
    void (*takes)(CLI::App&, Options&);
    const char* examples;
    Of of = Of::lab_that_runs;
};

constexpr std::array live_verbs{
    LiveVerb{"down", "end a lab that runs", takes_nothing, "Examples:\n  sockeye lab down --lab office"},
    LiveVerb{"pause", "stop the lab's clock", takes_nothing, "Examples:\n  sockeye lab pause"},
    LiveVerb{"resume", "let the lab's clock go on", takes_nothing, "Examples:\n  sockeye lab resume"},
    LiveVerb{"step", "pause, and let a little time pass", takes_step,
             "Examples:\n  sockeye lab step              to the next frame\n"
             "  sockeye lab step 10ms         ten virtual milliseconds on"},
    LiveVerb{"ps", "nodes, their addresses and tasks", takes_nothing, "Examples:\n  sockeye lab ps --json",
             Of::recording_too},
    LiveVerb{"arp", "whose MAC a host knows: ARP and neighbour discovery", takes_host,
             "Examples:\n  sockeye lab arp alice\n  sockeye lab arp alice --from o.pcapng --to 6s\n\nStates "
             "are RFC 4861's: INCOMPLETE, REACHABLE, STALE, DELAY, "
             "PROBE.",
             Of::recording_too},
    LiveVerb{"routes", "where a host sends what, and who said so", takes_host,
             "Examples:\n  sockeye lab routes alice", Of::recording_too},
    LiveVerb{"macs", "which station a switch has seen at which port", takes_switch,
             "Examples:\n  sockeye lab macs lan", Of::recording_too},
    LiveVerb{"nat", "who is behind which port of a NAT", takes_host, "Examples:\n  sockeye lab nat router",
             Of::recording_too},
    LiveVerb{"leases", "what DHCP servers have given out", takes_nothing, "Examples:\n  sockeye lab leases",
             Of::recording_too},
    LiveVerb{"sockets", "a host's sockets, their states and queues", takes_host,
             "Examples:\n  sockeye lab sockets web\n\nOf a listener: connections to accept, and its backlog.",
             Of::recording_too},
    LiveVerb{"backlog", "connections that wait at a host's listeners", takes_host,
             "Examples:\n  sockeye lab backlog web", Of::recording_too},
    LiveVerb{
        "tcb", "what a host's TCP remembers of each connection", takes_host,
        "Examples:\n  sockeye lab tcb alice\n\nSequence numbers count from the initial ones, ISS and IRS "
        "(RFC 9293 §3.3.1).",
        Of::recording_too},
    LiveVerb{"explain-send", "how a host decides where a packet goes", takes_address,
             "Examples:\n  sockeye lab explain-send alice 192.168.2.1\n  sockeye lab explain-send alice bob",
             Of::recording_too},
    LiveVerb{"ping", "have a host ping another", takes_echoes,
             "Examples:\n  sockeye lab ping alice bob\n  sockeye lab ping alice 10.0.0.254 --count 1\n\n"
             "Exit codes: 28 no answer; 65 somebody says that it cannot be reached."},
    LiveVerb{"pingall", "have every host ping every other one", takes_timeout,
             "Examples:\n  sockeye lab pingall"},
    LiveVerb{"traceroute", "each router on a host's way", takes_target,
             "Examples:\n  sockeye lab traceroute alice web"},
    LiveVerb{"dig", "have a host ask its name server", takes_name,
             "Examples:\n  sockeye lab dig alice www.example\n  sockeye lab dig alice example --type NS"},
    LiveVerb{"fault", "cut, hold and impair cables; crash hosts", takes_fault,
             "Examples:\n  sockeye lab fault add alice lan cut\n"
             "  sockeye lab fault add alice lan loss=20% delay=10ms\n"
             "  sockeye lab fault add web crash\n  sockeye lab fault list\n  sockeye lab fault clear"},
};

/// As long as the lab may take, and a little for the way.
Result<Duration> patience_for(const view::Request& request) {
    constexpr Duration usual = 60s;
    constexpr Duration for_the_way = 10s;
    if (request.timeout.empty()) return usual + for_the_way;
    const Result<Duration> asked = parse_duration(request.timeout);
    if (!asked) return asked;
    return *asked + for_the_way;
}

int ask(const char* name, const Options& options) {
    const std::string verb = fmt::format("lab {}", name);
    view::Request request = options.request;
    request.verb = name;
    if (options.one_way) request.words.emplace_back("one-way");
    if (!options.past.file.empty()) return tell_answer(verb, ask_past(options.past, request), options.json);
    const Result<Duration> patience = patience_for(request);
    if (!patience) return fail_usage(verb, fmt::format("--timeout: {}", patience.error().detail()));
    const Result<std::string> lab = choose_lab(options.lab, which_lab);
    if (!lab) return fail(verb, Exit::other, lab.error().detail());
    const Result<view::Answer> answer = ask_lab(*lab, request, *patience);
    if (!answer && answer.error() == Errc::ended_early)
        return fail(verb, Exit::closed_early, answer.error().detail());
    if (!answer) return fail(verb, answer.error());
    return tell_answer(verb, *answer, options.json);
}

/// Those that run, with what each says of itself.
int list(const Options& options) {
    const std::vector<std::string> labs = running_labs();
    if (labs.empty() && !options.json) tell("no lab runs: start one with `sockeye lab up FILE`\n");
    for (const std::string& lab : labs) {
        constexpr Duration patience = 5s;
        const Result<view::Answer> answer = ask_lab(lab, {.verb = "status"}, patience);
        if (answer)
            (void)tell_answer("lab list", *answer, options.json);
        else
            say(fmt::format("sockeye lab list: {}", answer.error().detail()));
    }
    return static_cast<int>(Exit::ok);
}

CLI::App* add_verb(CLI::App& group, const char* name, const char* does, const char* examples,
                   Options& options) {
    CLI::App* verb = group.add_subcommand(name, does)->group("Verbs");
    verb->add_flag("--json", options.json, "JSON, an object a line");
    verb->footer(examples);
    return verb;
}

}  // namespace

void add_live_verbs(CLI::App& group, Action& chosen) {
    const auto for_list = std::make_shared<Options>();
    add_verb(group, "list", "labs that run", "Examples:\n  sockeye lab list", *for_list)
        ->callback([for_list, &chosen] { chosen = [for_list] { return list(*for_list); }; });
    for (const LiveVerb& live : live_verbs) {
        const Shared options = std::make_shared<Options>();
        CLI::App* verb = add_verb(group, live.name, live.does, live.examples, *options);
        live.takes(*verb, *options);
        CLI::Option* lab =
            verb->add_option("--lab", options->lab, "which, where several run")->type_name("NAME");
        if (live.of == Of::recording_too) add_past(*verb, options->past)->excludes(lab);
        verb->callback([name = live.name, options, &chosen] {
            chosen = [name, options] { return ask(name, *options); };
        });
    }
}

}  // namespace sockeye::cli
