// sockeye without a verb: the office lab, and what one of its laptops lives through.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/exit_code.hpp"
#include "cli/lab_up.hpp"
#include "cli/office_lab.hpp"
#include "cli/recording.hpp"
#include "cli/topology.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* first_laptop = "alice";

std::string ending(const UpOptions& options) {
    const std::string sockeye = called_as();
    std::string text = "\n  inspect  ";
    if (options.record.empty())
        text += fmt::format("{} --record office.pcapng; wireshark office.pcapng\n", sockeye);
    else
        text += fmt::format("wireshark {}\n", options.record);
    text += fmt::format("  others   {} --story bob\n", sockeye);
    text += fmt::format("  look in  {} --stay, and then: lab ps, lab arp alice …\n", sockeye);
    text += fmt::format("  yours    {} lab up FILE      FILE: see examples/labs\n", sockeye);
    return text + fmt::format("  machine  {} tour             one program, here and in a lab\n", sockeye);
}

int tell_office(const UpOptions& options) {
    const lab::TopologyFile office = read_topology_text(office_lab);
    if (office.node(options.story) == nullptr)
        return fail_usage("", fmt::format("--story: there is no host '{}' in the office", options.story));
    const int exit = put_up(office, options);
    if (!options.json && !stays(options) && exit == static_cast<int>(Exit::ok)) tell(ending(options));
    return exit;
}

}  // namespace

Action add_office(CLI::App& command) {
    const auto options = std::make_shared<UpOptions>();
    options->seed = 7;
    options->story = first_laptop;
    add_seed(command, options->seed);
    command
        .add_option("--story", options->story,
                    fmt::format("the host of the office whose story is told ({})", first_laptop))
        ->type_name("HOST");
    add_record(command, options->record);
    command.add_flag("--stay", options->stay,
                     "the lab runs on in real time until Ctrl-C (as on a\nterminal)");
    command.add_flag("--json", options->json, "the story as JSON, an object a line");
    return [options] { return tell_office(*options); };
}

}  // namespace sockeye::cli
