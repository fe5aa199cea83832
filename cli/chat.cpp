// sockeye chat ADDRESS: talks with a room, or line by line with whoever is there.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/chat/client.hpp"
#include "app/chat/frame.hpp"
#include "app/chat/turns.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/piped.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "chat";

constexpr const char* examples = R"(Examples:
  sockeye listen :9001 --chat                a room; nc 127.0.0.1 9001 joins too
  sockeye chat 127.0.0.1:9001 --name anna    joins it
  sockeye chat 127.0.0.1:9001 --bye byebye   saying that leaves; so does Ctrl-D
  sockeye chat 127.0.0.1:9001 --alternate    strict turns, the server first,
                                             as in the lessons

Messages are lines, and go to standard output; who comes and goes, to standard
error. Whoever is there but no room, such as nc -l, gets the lines as they are.)";

struct Options {
    std::string address;
    std::string name;
    std::string bye;
    std::optional<std::string> timeout;
    bool alternate = false;
};

Task<app::Piped> take_turns(Stream terminal, Socket peer, app::chat::Manners manners) {
    co_return co_await app::chat::take_turns(terminal, std::move(peer), app::chat::First::peer,
                                             std::move(manners), say);
}

Task<app::Piped> start(Network& network, Stream terminal, Socket peer, const Options& options) {
    app::chat::Manners manners{options.name, options.bye};
    if (options.alternate) return take_turns(std::move(terminal), std::move(peer), std::move(manners));
    return app::chat::talk(network, std::move(terminal), std::move(peer), std::move(manners), say);
}

int chat(const Options& options, const On& on) {
    const Result<Target> target = parse_peer(options.address);
    if (!target) return fail_usage(verb, target.error().detail());
    if (target->transport == Transport::udp) return fail_usage(verb, "a chat needs TCP or a unix socket");
    if (const auto mistake = app::chat::mistake_in_name(options.name);
        !options.name.empty() && !mistake.empty())
        return fail_usage(verb, fmt::format("--name '{}': {}", options.name, mistake));
    if (options.alternate && !options.name.empty())
        return fail_usage(verb, "--alternate: in strict turns nobody has a name; leave out --name");
    Deadline deadline;
    if (options.timeout) {
        const Result<Duration> timeout = parse_duration(*options.timeout);
        if (!timeout) return fail_usage(verb, fmt::format("--timeout: {}", timeout.error().detail()));
        deadline = *timeout;
    }
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    const std::string where = target->to_string();
    Result<Socket> connection = create_connection(network, *target, deadline).wait();
    if (!connection) return fail(verb, connection.error(), where);
    if (is_interactive()) say(fmt::format("connected to {}; Ctrl-D leaves", where));
    Result<app::Piped> piped =
        network.run(start(network, ground->machine().terminal(), std::move(*connection), options));
    return piped ? report(verb, *piped, where) : fail(verb, piped.error(), where);
}

}  // namespace

void add_chat(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "talk with people, line by line")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->address, "tcp://HOST:PORT, HOST:PORT or unix:/PATH")
        ->required()
        ->type_name("");
    sub->add_option("--name", options->name, "what the others call you")->type_name("NAME");
    sub->add_option("--bye", options->bye, "the word that leaves; it is still said")->type_name("WORD");
    sub->add_flag("--alternate", options->alternate, "strict turns, the server first, nothing framed");
    sub->add_option("--timeout", options->timeout, "give up connecting after that long")->type_name("TIME");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return chat(*options, on); }; });
}

}  // namespace sockeye::cli
