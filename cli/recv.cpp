// sockeye recv ADDRESS: receives what `sockeye send` sends.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/transfer/receive.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/transfer.hpp"
#include "cli/verb.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::cli {
namespace {

constexpr TransferVerb verb{.name = "recv", .done = "received"};

constexpr const char* examples = R"(Examples:
  sockeye recv :9000                       waits: sockeye send FILE HOST:9000
  sockeye recv 10.0.0.1:9000 --into films  from who runs sockeye send FILE :9000
  sockeye recv :9000 --into - | tar x      to standard output

An address without a host listens; --listen does so at any address. Under a
file's name stands the whole file, checked, or nothing new. What arrived before
a transfer broke waits beside it, as .NAME.sockeye-part, for the next one.)";

struct Options {
    std::string into = ".";
    bool force = false;
    TransferOptions transfer;
};

int receive(const Options& options, const On& on) {
    const bool to_output = options.into == "-";
    if (to_output && options.transfer.json)
        return fail_usage(verb.name, "--json: standard output is for the files");
    if (to_output && options.force)
        return fail_usage(verb.name, "--force: on standard output there is no file to be replaced");
    if (to_output && !options.transfer.retry.empty())
        return fail_usage(verb.name, "--retry: what went to standard output cannot be taken back");
    Result<TransferPlan> plan = plan_of(options.transfer);
    if (!plan) return fail_usage(verb.name, plan.error().detail());
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb.name, ground.error());
    Network& network = ground->network();
    const auto run = [&](const auto& store) {
        const Transfer transfer = [&](Socket connection, app::transfer::Options how) {
            return app::transfer::receive(network, std::move(connection), store(), how);
        };
        return run_transfer(verb, network, options.transfer, std::move(*plan), transfer);
    };
    if (to_output) {
        Stream output = ground->machine().terminal();
        return run([&] { return app::transfer::store_in(output); });
    }
    Result<Directory> folder = ground->machine().directory(options.into);
    if (!folder) return fail(verb.name, folder.error(), options.into);
    const Existing existing = options.force ? Existing::replaced : Existing::kept;
    return run([&] { return app::transfer::store_in(*folder, existing); });
}

}  // namespace

void add_recv(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb.name}, "receive files and directories")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->transfer.address, "tcp://HOST:PORT, HOST:PORT, :PORT or unix:/PATH")
        ->required()
        ->type_name("");
    sub->add_option("--into", options->into, "the folder they go into (. unless said);\n- is standard output")
        ->type_name("DIR");
    sub->add_flag("-f,--force", options->force, "replace other files of the same names");
    add_transfer_options(*sub, options->transfer);
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return receive(*options, on); }; });
}

}  // namespace sockeye::cli
