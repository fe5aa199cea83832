// sockeye send FILE… ADDRESS: sends files and directories to `sockeye recv`.
#include "app/transfer/send.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <vector>

#include "app/transfer/name.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/place.hpp"
#include "cli/progress.hpp"
#include "cli/transfer.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::cli {
namespace {

using app::transfer::Entry;
using app::transfer::Item;

constexpr TransferVerb verb{.name = "send", .done = "sent"};

constexpr const char* examples = R"(Examples:
  sockeye send film.mkv photos/ 10.0.0.2:9000    to who runs: sockeye recv :9000
  sockeye send film.mkv :9000                    waits: sockeye recv HOST:9000
  tar c . | sockeye send - --name all.tar :9000  what comes on standard input

An address without a host listens; --listen does so at any address. Either end
may listen. All is hashed on its way and checked at its end. A transfer that
broke goes on where it was when both commands are repeated.)";

struct Options {
    std::vector<std::string> files;
    std::string name;
    TransferOptions transfer;
};

/// What a path is called at the other end: "photos/" and "../photos" are "photos".
std::string name_of(const std::filesystem::path& given, const std::string& real) {
    const std::filesystem::path last =
        given.has_filename() ? given.filename() : given.parent_path().filename();
    return last == "." || last == ".." || last.empty() ? real : last.string();
}

Result<void> add_file(KernelNetwork& network, const std::string& file, std::vector<Item>& items,
                      app::transfer::Observer& observer) {
    std::error_code unknown;  // what it is, place_of() finds out
    if (!std::filesystem::exists(file, unknown) && !unknown)
        return std::unexpected{Error{Errc::not_found, "send", file}};
    const Result<Place> place = place_of(network, file);
    if (!place) return std::unexpected{place.error()};
    return app::transfer::add_to(items, place->directory, place->name, name_of(file, place->name), &observer);
}

Item standard_input(Network& network, const std::string& name) {
    return {
        .entry = {.kind = Entry::Kind::stream, .mode = 0644, .modified = network.wall_now(), .path = name},
        .from = memory_directory(network),
        .path = {}};
}

/// @returns an exit code, unless all of them have been added
std::optional<int> add_files(KernelNetwork& network, const Options& options, std::vector<Item>& items) {
    Progress words{network, Progress::Bar::left_out,
                   options.transfer.quiet ? Progress::Words::left_out : Progress::Words::said};
    std::set<std::string> names;
    for (const std::string& file : options.files) {
        const std::size_t first = items.size();
        if (file == "-") {
            const std::string name = options.name.empty() ? "stdin" : options.name;
            if (const auto good = app::transfer::check_path(name); !good)
                return fail_usage(verb.name, fmt::format("--name: {}", good.error().detail()));
            items.push_back(standard_input(network, name));
        } else if (const auto added = add_file(network, file, items, words); !added) {
            return fail(verb.name, added.error(), file);
        }
        if (items.size() > first && !names.insert(items[first].entry.path).second)
            return fail_usage(verb.name,
                              fmt::format("two of the files are called {}", items[first].entry.path));
    }
    return std::nullopt;
}

int send(const Options& options, const On& on) {
    if (options.files.empty()) return fail_usage(verb.name, "FILE comes first, and ADDRESS last");
    const auto inputs = std::ranges::count(options.files, "-");
    if (inputs == 0 && !options.name.empty())
        return fail_usage(verb.name, "--name is what standard input is called: - is not among the files");
    if (inputs > 0 && !options.transfer.retry.empty())
        return fail_usage(verb.name, "--retry: what came on standard input cannot be read again");
    Result<TransferPlan> plan = plan_of(options.transfer);
    if (!plan) return fail_usage(verb.name, plan.error().detail());
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb.name, ground.error());
    Network& network = ground->network();
    std::vector<Item> items;
    if (const std::optional<int> exit = add_files(ground->machine(), options, items)) return *exit;
    Stream input = ground->machine().terminal();
    const Transfer transfer = [&](Socket connection, app::transfer::Options how) {
        return app::transfer::send(network, std::move(connection), items, how, &input);
    };
    return run_transfer(verb, network, options.transfer, std::move(*plan), transfer);
}

}  // namespace

void add_send(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb.name}, "send files and directories")->group("Verbs");
    const auto options = std::make_shared<Options>();
    // One option for both: of two, the first would take all words.
    sub->add_option("WORDS", options->files,
                    "files, directories or - for standard input; and last\n"
                    "tcp://HOST:PORT, HOST:PORT, :PORT or unix:/PATH")
        ->option_text("FILE... ADDRESS")
        ->required()
        ->type_name("");
    sub->add_option("--name", options->name,
                    "what standard input is called at the other end\n(stdin unless said)")
        ->type_name("NAME");
    add_transfer_options(*sub, options->transfer);
    sub->footer(examples);
    sub->callback([options, &chosen] {
        options->transfer.address = options->files.back();
        options->files.pop_back();
        chosen = [options](const On& on) { return send(*options, on); };
    });
}

}  // namespace sockeye::cli
