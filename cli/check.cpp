// sockeye check HOST PORT… and sockeye check PORT: whether somebody answers there, and who holds it here.
#include "cli/check.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/exit_code.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "check";

constexpr const char* examples = R"(Examples:
  sockeye check 127.0.0.1 22 80 http       open, closed, filtered
  sockeye check 10.0.0.1 1-1024            the open ones of a range
  sockeye check udp://10.0.0.1:53          UDP: open only if it answers
  sockeye check 127.0.0.1:9001 --wait 10s  until a server is up there
  sockeye check 9001                       a port of this machine: free, whose

closed: answered with RST (TCP) or ICMP (UDP). filtered: TCP silence, as where a
firewall drops. no answer: UDP silence, which says nothing of who is there;
ports of DNS and NTP are asked something that a server answers.

With HOST it ends with 0 if every port is open, else with 7 if one is closed,
28 if one is silent or --wait was too short, 65 if one cannot be reached. With
ports alone it ends with 0 if they are free, with 1 if somebody holds one.)";

struct Options {
    std::vector<std::string> words;
    std::string timeout;
    std::string wait;
    CheckOptions check;
};

/// @returns false once the mistake is told
bool read_duration(const std::string& text, const char* option, std::optional<Duration>& duration) {
    if (text.empty()) return true;
    const Result<Duration> parsed = parse_duration(text);
    if (parsed)
        duration = *parsed;
    else
        fail_usage(verb, fmt::format("{}: {}", option, parsed.error().detail()));
    return parsed.has_value();
}

int check(const Options& options, const On& on) {
    const Result<CheckQuestion> question = parse_check(options.words);
    if (!question) return fail_usage(verb, question.error().detail());
    CheckOptions chosen = options.check;
    std::optional<Duration> timeout;
    if (!read_duration(options.timeout, "--timeout", timeout)) return static_cast<int>(Exit::usage);
    if (!read_duration(options.wait, "--wait", chosen.wait)) return static_cast<int>(Exit::usage);
    if (!question->host && (timeout || chosen.wait))
        return fail_usage(verb, "--timeout and --wait are about another host's ports");
    if (!question->host && !on.is_machine())
        return fail_usage(verb, "--on: a port alone is about this machine: write HOST PORT");
    if (!question->host) return check_here(*question, chosen);
    if (question->transport && chosen.transport && question->transport != chosen.transport)
        return fail_usage(verb, fmt::format("{} is not what the option says", options.words.front()));
    chosen.timeout = timeout.value_or(chosen.timeout);
    return check_host(*question, chosen, on);
}

}  // namespace

void add_check(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "is a port open there, or free here")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("WORDS", options->words, "HOST PORT…, HOST:PORT, or PORT alone;\nports: 80, 1-1024, http")
        ->option_text("[HOST] PORT...")
        ->required()
        ->type_name("");
    const auto add_transport = [&](const char* flag, Transport transport, const char* does) {
        return sub->add_flag_callback(
            flag, [options, transport] { options->check.transport = transport; }, does);
    };
    CLI::Option* tcp = add_transport("--tcp", Transport::tcp, "TCP (unless said; of PORT alone: both)");
    add_transport("--udp", Transport::udp, "UDP")->excludes(tcp);
    sub->add_option("--timeout", options->timeout, "how long a port may be silent (1s)")->type_name("TIME");
    sub->add_option("--wait", options->wait, "ask again until all are open, at most that long")
        ->type_name("TIME");
    sub->add_flag("--json", options->check.json, "JSON, an object a line");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return check(*options, on); }; });
}

}  // namespace sockeye::cli
