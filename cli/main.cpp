// The sockeye command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/on.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

// In the order of --help, a line each.
constexpr std::array verbs{
    AddVerb{add_listen},   //
    AddVerb{add_connect},  //
    AddVerb{add_send},     //
    AddVerb{add_recv},     //
    AddVerb{add_chat},     //
    AddVerb{add_http},     //
    AddVerb{add_check},    //
    AddVerb{add_who},      //
    AddVerb{add_bench},    //
    AddVerb{add_port},     //
    AddVerb{add_subnet},   //
    AddVerb{add_mac},      //
    AddVerb{add_explain},  //
    AddVerb{add_lesson},   //
    AddVerb{add_dns},      //
    AddVerb{add_lab},      //
    AddVerb{add_tour},     //
};

constexpr const char* examples = R"(Examples:
  sockeye                           a network in a box: an office, and its story
  sockeye --seed 9 --story bob      the same by another chance, as bob lives it
  sockeye listen :9001 --upper      a server that answers in upper case
  sockeye connect 127.0.0.1:9001    talk to it
  sockeye send film.mkv :9000       to: sockeye recv HOST:9000
  sockeye chat 127.0.0.1:9001       talk with people in a `listen --chat` room
  sockeye who 9001                  who has that port
  sockeye subnet show 10.0.0.1/24   what its netmask says; also: port, mac
  sockeye --on tap:tap0,10.9.0.2/24 listen :80 --upper
                                    on a host of its own, with a stack of ours
  sockeye --on lab:alice http get http://web.example/
                                    as a program of a host in a lab that runs
  sockeye connect --help            more on a verb

Exit codes: 0 ok, 1 other, 2 usage, 6 name not found, 7 refused, 28 timed out,
48 address in use, 52 closed early, 56 reset, 65 unreachable, 77 permission,
90 integrity.)";

std::string verb_names(const CLI::App& command) {
    std::string names;
    for (const CLI::App* verb : command.get_subcommands(nullptr))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", verb->get_name());
    return names;
}

constexpr std::string_view on_option = "--on";

bool is_on(std::string_view word) {
    return word == on_option || word.starts_with(fmt::format("{}=", on_option));
}

/// The words from the verb on, where what the command itself is told stands before it.
std::span<char*> without_on(std::span<char*> words) {
    while (!words.empty() && is_on(words[0]))
        words = words.subspan(std::min<std::size_t>(words[0] == on_option ? 2 : 1, words.size()));
    return words;
}

/// CLI11's own exit codes and paragraphs are replaced: one line, one code.
/// @param words  the command line
int refuse(const CLI::App& command, const CLI::ParseError& error, std::span<char*> words) {
    const CLI::App* innermost = &command;
    words = without_on(words);
    std::string verb;
    for (; !words.empty(); words = words.subspan(1)) {
        const auto verbs_of_it = innermost->get_subcommands(nullptr);
        const auto named = std::ranges::find(verbs_of_it, std::string{words[0]}, &CLI::App::get_name);
        if (named == verbs_of_it.end()) break;
        innermost = *named;
        verb += (verb.empty() ? "" : " ") + innermost->get_name();
    }
    const auto is_positional = [](const CLI::Option* option) { return option->get_positional(); };
    const bool takes_words = std::ranges::any_of(std::as_const(*innermost).get_options(), is_positional);
    if (const std::string known = verb_names(*innermost); !known.empty() && !takes_words) {
        if (words.empty() && innermost != &command)
            return fail_usage(verb, fmt::format("one of its verbs is missing: {}", known));
        if (!words.empty() && words[0][0] != '-' && words[0][0] != '\0')
            return fail_usage(verb, fmt::format("no verb '{}'; there are: {}", words[0], known));
    }
    std::string mistake = error.what();
    std::ranges::replace(mistake, '\n', ' ');
    if (std::ranges::any_of(words, is_on)) mistake = "--on stands before the verb: sockeye --on NETWORK VERB";
    return fail_usage(verb, mistake);
}

/// @param verb  what was chosen, for an error
int act(const Action& chosen, std::string_view verb, const std::string& on_text) {
    Result<On> on = On::parse(on_text);
    if (!on) return fail_usage(verb, fmt::format("{}: {}", on_option, on.error().detail()));
    const auto* anywhere = std::get_if<std::function<int(const On&)>>(&chosen);
    if (anywhere == nullptr && !on->is_machine())
        return fail_usage(
            verb, fmt::format("{}: that is about this machine, and works on no other network", on_option));
    if (anywhere == nullptr) return std::get<std::function<int()>>(chosen)();
    if (const Result<void> reached = on->reach(); !reached)
        return fail(verb, reached.error() == Errc::invalid_argument ? Exit::usage : Exit::other,
                    reached.error().detail());
    return (*anywhere)(*on);
}

/// What the command is told stands before a verb, and only --on is about verbs.
std::string told_in_vain(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options())
        if (option->count() > 0 && option->get_name() != on_option) return option->get_name();
    return "";
}

std::string chosen_verb(const CLI::App& command) {
    const auto verbs_of_it = command.get_subcommands();
    if (verbs_of_it.empty()) return "";
    const std::string part = chosen_verb(*verbs_of_it.front());
    return verbs_of_it.front()->get_name() + (part.empty() ? "" : " ") + part;
}

int run(int argc, char** argv) {
    CLI::App command{"Sockeye: sockets you can see", "sockeye"};
    command.formatter(std::make_shared<Help>());  // its verbs inherit it
    command.set_version_flag("--version", "sockeye " SOCKEYE_VERSION);
    command.footer(examples);
    std::string on;
    command
        .add_option(
            std::string{on_option}, on,
            "the network for a verb, instead of this machine's:\n"
            "lab:HOST, or lab/NAME:HOST where several labs run;\n"
            "tap:NAME,ADDRESS/PREFIX[,gw=ADDRESS][,gw6=ADDRESS]\n[,dns=ADDRESS][,mtu=OCTETS][,ecn=on]")
        ->type_name("NETWORK");
    Action chosen = add_office(command);
    for (AddVerb add : verbs) add(command, chosen);
    command.require_subcommand(0, 1);
    try {
        command.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        return command.exit(asked);
    } catch (const CLI::ParseError& error) {
        return refuse(command, error, std::span{argv, static_cast<std::size_t>(argc)}.subspan(1));
    }
    const std::string verb = chosen_verb(command);
    if (const std::string option = told_in_vain(command); !verb.empty() && !option.empty())
        return fail_usage(
            verb,
            fmt::format("{} before a verb is told to nobody: a verb's options stand behind it", option));
    const int exit = act(chosen, verb, on);
    if (std::ferror(stdout) != 0) return fail("", Exit::other, "standard output cannot be written");
    return exit;
}

}  // namespace
}  // namespace sockeye::cli

int main(int argc, char** argv) {
    using namespace sockeye::cli;
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        return fail("", Exit::other, error.what());
    }
}
