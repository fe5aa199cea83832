// The parts of a verb that has several: `sockeye subnet show`, `sockeye subnet same`.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/verb.hpp"

namespace sockeye::cli {

/// A verb that does nothing by itself.
inline CLI::App* add_group(CLI::App& command, const char* name, const char* does, const char* examples) {
    CLI::App* group = command.add_subcommand(name, does)->group("Verbs");
    group->require_subcommand(1);
    group->footer(examples);
    return group;
}

struct Part {
    const char* name;
    const char* does;
    const char* examples;
};

/// @param options  what `act` is called with; they have a `bool json`
template <class Options>
CLI::App* add_part(CLI::App& group, Action& chosen, const Part& part, const std::shared_ptr<Options>& options,
                   int (*act)(const Options&)) {
    CLI::App* sub = group.add_subcommand(part.name, part.does)->group("Verbs");
    sub->add_flag("--json", options->json, "JSON, an object a line");
    sub->footer(part.examples);
    sub->callback([options, act, &chosen] { chosen = [options, act] { return act(*options); }; });
    return sub;
}

}  // namespace sockeye::cli
