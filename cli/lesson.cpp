// sockeye lesson: the lessons' programs, listed, run, and shown side by side.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "examples/lessons/lessons.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "view/columns.hpp"

namespace sockeye::cli {
namespace {

using lessons::Pair;
using lessons::Terminal;

constexpr std::string_view verb = "lesson";

constexpr const char* examples = R"(Examples:
  sockeye lesson                    what there is; lesson 1 is the first (L0)
  sockeye lesson 2                  that lesson's programs
  sockeye lesson 1.chat             server and client, typed for you
  sockeye lesson 1.chat --lab       the same between two hosts of a lab
  sockeye lesson 1.chat server      the server alone, and you type
  sockeye lesson 1.chat client      in a second terminal: its client

Their sources are in examples/lessons, a file a program.)";

struct Options {
    std::string which;
    std::string side;
    std::optional<std::string> at;
    bool lab = false;
    bool compat = false;
};

std::string full_name(const Pair& pair) {
    return fmt::format("{}.{}", pair.lesson, pair.name);
}

/// The pairs of lesson "2", the one named "2.talk", or all for "".
std::vector<Pair> find(std::string_view which) {
    std::vector<Pair> found;
    for (const Pair& pair : lessons::pairs())
        if (which.empty() || which == std::to_string(pair.lesson) || which == full_name(pair))
            found.push_back(pair);
    return found;
}

int list(const std::vector<Pair>& pairs) {
    std::vector<Row> rows{{"name", "port", "what it shows"}};
    for (const Pair& pair : pairs)
        rows.push_back({full_name(pair),
                        fmt::format("{}/{}", pair.port, pair.transport == Transport::udp ? "udp" : "tcp"),
                        std::string{pair.does}});
    tell(table(rows));
    return static_cast<int>(Exit::ok);
}

// ---- server and client side by side

/// One side of a show: what was typed and written there.
struct Side {
    explicit Side(Network& network, std::string_view typed)
        : terminal{script_stream(network, typed, &written), Terminal::Echo::on} {}
    std::string written;
    Terminal terminal;
};

Task<> run_and_tell(lessons::Program program, Network& network, Terminal& terminal, lessons::Setting setting,
                    bool* ended) {
    (void)co_await program(network, terminal, std::move(setting));  // a Task<>: nothing comes back
    *ended = true;
}

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        all.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

void show_columns(std::string_view server, std::string_view client) {
    constexpr std::size_t width = 38;
    const auto left = lines(server);
    const auto right = lines(client);
    tell(fmt::format("{} | {}\n", view::fit("server", width), "client"));
    tell(fmt::format("{:-<{}}-+-{:-<{}}\n", "", width, "", width));
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
        tell(fmt::format("{} | {}\n", view::fit(i < left.size() ? left[i] : "", width),
                         i < right.size() ? right[i] : ""));
}

/// Runs both programs until the client has ended and the server has ended, or waits for the next client.
int play(const Pair& pair, Network& server_network, Network& client_network, const Address& at) {
    Side server{server_network, pair.server_types};
    Side client{client_network, pair.client_types};
    bool server_ended = false;
    bool client_ended = false;
    server_network.spawn(
        run_and_tell(pair.server, server_network, server.terminal, lessons::Setting{at}, &server_ended));
    const Result<void> ran = client_network.run(
        run_and_tell(pair.client, client_network, client.terminal, lessons::Setting{at}, &client_ended));
    if (!ran) return fail(verb, ran.error(), at.to_string());
    constexpr int looks = 20;  // a server that has more to do does it within two seconds
    for (int look = 0; look < looks && !server_ended; ++look)
        if (!client_network.sleep(100ms).wait()) break;
    show_columns(server.written, client.written);
    return static_cast<int>(Exit::ok);
}

int play_in_a_lab(const Pair& pair) {
    Lab lab{{.seed = 7}};
    auto& lan = lab.add_switch("lan");
    auto& server = lab.add_host("server", lan, "10.0.0.1/24");
    auto& client = lab.add_host("client", lan, "10.0.0.2/24");
    return play(pair, server, client, Address{"10.0.0.1", pair.port});
}

// ---- one side, at this terminal

int run_one(const Pair& pair, const Options& options, const Address& at) {
    KernelNetwork network;
    const Interrupts interrupts{network};
    Terminal terminal{network.terminal()};
    const auto compat = options.compat ? lessons::Compat::original : lessons::Compat::fixed;
    const lessons::Program program = options.side == "server" ? pair.server : pair.client;
    const Result<void> ran = network.run(program(network, terminal, lessons::Setting{at, compat}));
    if (ran || ran.error() == Errc::cancelled) return static_cast<int>(Exit::ok);
    return fail(verb, ran.error(), at.to_string());
}

int run(const Pair& pair, const Options& options) {
    if (options.lab && !options.side.empty())
        return fail_usage(verb, "--lab shows both sides; leave out '" + options.side + "'");
    if (options.lab && options.at) return fail_usage(verb, "--lab has addresses of its own: leave out --at");
    if (options.compat && options.side.empty())
        return fail_usage(verb, "--compat is for one side alone: add server");
    if (options.lab) return play_in_a_lab(pair);
    Result<Target> target = options.at ? Target::parse(*options.at) : Target{"127.0.0.1", pair.port};
    if (!target) return fail_usage(verb, target.error().detail());
    const Result<Address> at = target->numeric();
    if (!at) return fail(verb, at.error());
    try {
        if (!options.side.empty()) return run_one(pair, options, *at);
        KernelNetwork network;
        return play(pair, network, network, *at);
    } catch (const std::bad_expected_access<Error>& failed) {  // an example says no more than .value()
        return fail(verb, failed.error(), at->to_string());
    }
}

int lesson(const Options& options) {
    const std::vector<Pair> found = find(options.which);
    if (found.empty())
        return fail_usage(
            verb, fmt::format("no lesson or program '{}'; `sockeye lesson` lists them", options.which));
    const bool is_program = options.which.find('.') != std::string::npos;
    if (is_program) return run(found.front(), options);
    if (!options.side.empty() || options.lab || options.compat || options.at)
        return fail_usage(verb, fmt::format("which program? Such as {}", full_name(found.front())));
    return list(found);
}

}  // namespace

void add_lesson(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "the lessons' programs, side by side")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("LESSON", options->which, "1 to 5, or one of their programs: 1.chat")->type_name("");
    sub->add_option("SIDE", options->side, "server or client: that one alone, and you type")
        ->check(unsaid(CLI::IsMember({"server", "client"})))
        ->type_name("");
    sub->add_option("--at", options->at, "where it serves, or whom it speaks to")->type_name("HOST:PORT");
    sub->add_flag("--lab", options->lab, "between two hosts of a lab");
    sub->add_flag("--compat", options->compat, "with the mistakes of its Python original");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return lesson(*options); }; });
}

}  // namespace sockeye::cli
