// The sockeye command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <exception>

#include "cli/exit_code.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::array<AddVerb, 2> verbs{add_listen, add_connect};

constexpr const char* examples = R"(Examples:
  sockeye                           one program on this machine and in a lab
  sockeye --stay --seed 9           the same, and its server stays up
  sockeye listen :9001 --upper      a server that answers in upper case
  sockeye connect 127.0.0.1:9001    talk to it
  sockeye connect --help            more on a verb

Exit codes: 0 ok, 1 other, 2 usage, 6 name not found, 7 refused, 28 timed out,
48 address in use, 52 closed early, 56 reset, 65 unreachable, 77 permission.)";

std::string verb_names(const CLI::App& command) {
    std::string names;
    for (const CLI::App* verb : command.get_subcommands(nullptr))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", verb->get_name());
    return names;
}

/// CLI11's own exit codes and paragraphs are replaced: one line, one code.
int refuse(const CLI::App& command, const CLI::ParseError& error, std::string_view first) {
    const bool names_a_verb = std::ranges::any_of(
        command.get_subcommands(nullptr), [&](const CLI::App* verb) { return verb->get_name() == first; });
    if (!names_a_verb && !first.empty() && !first.starts_with('-'))
        return fail_usage("", fmt::format("no verb '{}'; there are: {}", first, verb_names(command)));
    std::string mistake = error.what();
    std::ranges::replace(mistake, '\n', ' ');
    return fail_usage(names_a_verb ? first : "", mistake);
}

int run(int argc, char** argv) {
    CLI::App command{"Sockeye: sockets you can see", "sockeye"};
    command.get_formatter()->column_width(20);
    command.get_formatter()->label("SUBCOMMAND", "VERB");
    command.get_formatter()->label("REQUIRED", "");
    command.set_version_flag("--version", "sockeye " SOCKEYE_VERSION);
    command.footer(examples);
    Action chosen = add_story(command, argv[0]);
    for (AddVerb add : verbs) add(command, chosen);
    command.require_subcommand(0, 1);
    try {
        command.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        return command.exit(asked);
    } catch (const CLI::ParseError& error) {
        return refuse(command, error, argc > 1 ? argv[1] : "");
    }
    return chosen();
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
