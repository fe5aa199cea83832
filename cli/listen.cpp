// sockeye listen ADDRESS: serves many clients at once, or joins one to the terminal.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/chat/turns.hpp"
#include "app/desk.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/listen_threads.hpp"
#include "cli/on.hpp"
#include "cli/piped.hpp"
#include "cli/resolve.hpp"
#include "cli/role.hpp"
#include "cli/service.hpp"
#include "cli/session_log.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "listen";

constexpr const char* examples = R"(Examples:
  sockeye listen :9001                    one client talks to your terminal
  sockeye listen :9001 --upper            every interface, IPv4 and IPv6
  sockeye listen 127.0.0.1:0 --echo       port 0: a free one, which it names
  sockeye listen :9001 --hello hi --once  greets one client, and ends
  sockeye listen udp://:9001 --upper      UDP: each datagram is answered
  sockeye listen unix:/tmp/echo --echo    a socket in the file system

Prints where it listens once clients can come, and a line when one has gone:
who, octets, and how it ended (FIN, RST, timeout). Ctrl-C ends it.)";

struct Options {
    std::string address;
    RoleOptions role;
    std::size_t max = app::Limits::none;
    std::size_t threads = 1;
    bool spin = false;
    bool one_at_a_time = false;
    bool once = false;
    bool alternate = false;
    bool quiet = false;
    bool json = false;

    app::Limits limits() const {
        app::Limits limits{.at_once = max};
        if (one_at_a_time) limits.at_once = 1;
        if (once) limits.in_all = 1;
        return limits;
    }
    KernelOptions network() const { return {.spin = spin ? usual_spin : Duration::zero()}; }
    SessionLog::Form form() const {
        if (json) return SessionLog::Form::json;
        return quiet ? SessionLog::Form::only_where_it_listens : SessionLog::Form::words;
    }
};

Result<Socket> open(Network& network, Transport transport, const Address& at) {
    if (transport == Transport::udp) return create_datagram_server(network, at);
    return create_server(network, at);
}

/// The name of a unix socket stays behind in the file system when the socket is closed.
class SocketFile {
public:
    explicit SocketFile(const Address& at) : path_{at.path().starts_with('@') ? "" : at.path()} {}
    ~SocketFile() {
        std::error_code ignored;  // somebody else removed it: as well
        if (!path_.empty()) std::filesystem::remove(path_, ignored);
    }
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;

private:
    std::string path_;
};

struct Opened {
    Ground& ground;
    Socket server;
    Transport transport;
    SessionLog& log;

    void announce() const { log.listening(transport, server.getsockname().value_or(Address{})); }
};

int serve(Opened opened, const Role& role, app::Limits limits) {
    Service service{opened.ground.network(), opened.log};
    Result<app::SessionMaker> sessions{};
    if (opened.transport == Transport::tcp) sessions = role.sessions(opened.ground, &service);
    if (!sessions) return fail(verb, sessions.error());
    opened.announce();
    if (opened.transport == Transport::udp)
        service.add_datagrams(std::move(opened.server), role.datagrams);
    else
        service.add(std::move(opened.server), std::move(*sessions), limits);
    if (Result<void> served = service.run(); !served) return fail(verb, served.error());
    // Whoever serves one client alone wants to know how that went.
    if (limits.in_all == 1 && service.broken_off()) return fail(verb, *service.broken_off());
    return static_cast<int>(Exit::ok);
}

/// Says who sends, each time that it is another.
struct Callers : app::Observer {
    void session_began(const Address& peer) override { say(fmt::format("from {}", peer.to_string())); }
};

/// A client, or for UDP whoever sends, talks to the person at the terminal.
Task<app::Piped> talk(Network& network, Stream terminal, Socket server, Transport transport,
                      app::Session& session, app::Observer& log) {
    if (transport == Transport::udp) {
        Callers callers;
        co_return co_await app::desk(network, std::move(terminal), std::move(server), &callers);
    }
    Result<Accepted> client = co_await server.accept();
    if (!client) co_return app::Piped{.error = client.error()};
    server.close();  // nobody else is expected
    session.peer = client->peer;
    log.session_began(session.peer);
    co_return co_await app::pipe(network, std::move(terminal), std::move(client->socket));
}

int serve_by_hand(Opened opened) {
    opened.announce();
    Network& network = opened.ground.network();
    app::Session session{.peer = {}, .transport = opened.transport};
    Result<app::Piped> piped =
        network.run(talk(network, opened.ground.machine().terminal(), std::move(opened.server),
                         opened.transport, session, opened.log));
    // Interrupted; in a lab, perhaps while a call waited for its answer.
    if (!piped || (piped->error && *piped->error == Errc::cancelled)) return static_cast<int>(Exit::ok);
    session.received = piped->received;
    session.sent = piped->sent;
    if (piped->failed == app::Piped::Side::peer) session.error = piped->error;
    if (opened.transport == Transport::tcp) opened.log.session_ended(session);
    return report(verb, *piped, session.peer.to_string());
}

/// The lessons' server: the person at the terminal speaks first, then each in turn; one client after
/// another, until the input ends.
Task<> chat_in_turns(Opened& opened, Stream terminal, std::string bye, std::size_t clients) {
    for (; clients > 0; --clients) {
        Result<Accepted> client = co_await opened.server.accept();
        if (!client) co_return;
        app::Session session{.peer = client->peer};
        opened.log.session_began(session.peer);
        const app::Piped piped = co_await app::chat::take_turns(
            terminal, std::move(client->socket), app::chat::First::here, app::chat::Manners{"", bye}, say);
        session.received = piped.received;
        session.sent = piped.sent;
        if (piped.failed == app::Piped::Side::peer) session.error = piped.error;
        opened.log.session_ended(session);
        if (piped.input_ended || piped.failed == app::Piped::Side::stream) co_return;
    }
}

int serve_in_turns(Opened opened, const Options& options) {
    opened.announce();
    Result<void> done = opened.ground.network().run(
        chat_in_turns(opened, opened.ground.machine().terminal(), options.role.bye, options.limits().in_all));
    if (!done && done.error() != Errc::cancelled) return fail(verb, done.error());
    return static_cast<int>(Exit::ok);
}

int listen_at(const Target& target, const Options& options, const On& on) {
    Result<Ground> ground = on.open(options.network());
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    Result<Address> at = resolve(network, target);
    if (!at) return fail(verb, at.error());
    SessionLog log{options.form()};
    if (options.threads > 1) {
        const Result<void> served = serve_on_threads({.count = options.threads,
                                                      .transport = target.transport,
                                                      .at = *at,
                                                      .network = options.network(),
                                                      .role = options.role.chosen.front(),
                                                      .log = log});
        return served ? static_cast<int>(Exit::ok) : fail(verb, served.error(), url(target.transport, *at));
    }
    Result<Socket> server = open(network, target.transport, *at);
    if (!server) return fail(verb, server.error(), on.at(url(target.transport, *at)));
    const SocketFile file{*at};
    const Interrupts interrupts{network};  // from the moment on that somebody knows of the server
    Opened opened{.ground = *ground, .server = std::move(*server), .transport = target.transport, .log = log};
    if (options.alternate) return serve_in_turns(std::move(opened), options);
    if (options.role.chosen.empty()) return serve_by_hand(std::move(opened));
    return serve(std::move(opened), options.role.chosen.front(), options.limits());
}

/// The same, of --threads.
std::string mistake_with_threads(const Options& options, const Target& target) {
    if (options.role.chosen.empty()) return "--threads needs a role, such as --echo";
    if (!target.path.empty()) return "--threads share a port, and a unix socket has none";
    if (options.limits().at_once != app::Limits::none || options.limits().in_all != app::Limits::none)
        return "--once, --max and --one-at-a-time count the clients of one thread: leave out --threads";
    if (options.role.chosen.front().is_one_place)
        return fmt::format("{} is one room: leave out --threads", options.role.chosen.front().name);
    return "";
}

/// @returns what is wrong with the command line, if anything is
std::string mistake_in(const Options& options, const Target& target) {
    const app::Limits limits = options.limits();
    const bool is_limited = limits.at_once != app::Limits::none || limits.in_all != app::Limits::none;
    if (!options.role.chosen.empty() && options.alternate)
        return fmt::format("--alternate is a chat at your terminal; {} needs none",
                           options.role.chosen[0].name);
    if (options.alternate && target.transport == Transport::udp) return "--alternate does not go over UDP";
    if (options.role.chosen.size() > 1)
        return fmt::format("one role at a time: {} or {}", options.role.chosen[0].name,
                           options.role.chosen[1].name);
    if (options.role.chosen.empty() && options.json)
        return "--json needs a role, such as --echo: standard output is the client's";
    if (options.json && options.quiet) return "--json tells what --quiet keeps back: one of them";
    if (options.alternate && limits.at_once != app::Limits::none)
        return "--alternate serves one client after another anyway";
    if (options.role.chosen.empty() && is_limited && !options.alternate)
        return "without a role there is one client anyway";
    const bool is_chat =
        options.alternate || (!options.role.chosen.empty() && options.role.chosen[0].is_one_place);
    if (!options.role.bye.empty() && !is_chat) return "--bye is of a chat: with --chat or --alternate";
    if (!options.once && !options.role.chosen.empty() && !options.role.chosen.front().needs_once.empty())
        return options.role.chosen.front().needs_once;
    if (options.threads > 1)
        if (std::string mistake = mistake_with_threads(options, target); !mistake.empty()) return mistake;
    if (target.transport != Transport::udp) return "";
    if (is_limited) return "UDP has no clients to count: --once, --max and --one-at-a-time are TCP's";
    if (!options.role.chosen.empty() && !options.role.chosen.front().datagrams)
        return fmt::format("{} does not go over UDP", options.role.chosen.front().name);
    return "";
}

int listen(const Options& options, const On& on) {
    const Result<Target> target = Target::parse(options.address);
    if (!target) return fail_usage(verb, target.error().detail());
    if (options.threads > 1 && !on.is_machine())
        return fail_usage(verb, "--threads share a port of the machine's network: leave out --on");
    if (options.spin && !on.is_machine()) return fail_usage(verb, spin_elsewhere);
    if (const std::string mistake = mistake_in(options, *target); !mistake.empty())
        return fail_usage(verb, mistake);
    return listen_at(*target, options, on);
}

}  // namespace

void add_listen(CLI::App& command, Action& chosen) {
    CLI::App* sub = command.add_subcommand(std::string{verb}, "serve many clients at once")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->address,
                    "tcp://HOST:PORT, HOST:PORT, :PORT,\nudp://HOST:PORT or unix:/PATH")
        ->required()
        ->type_name("");
    add_roles(*sub, options->role);
    sub->add_flag("--alternate", options->alternate,
                  "chat at your terminal in strict turns, you first,\nwith one client after another");
    sub->add_option("--bye", options->role.bye, "of a chat: the word that ends a client's session")
        ->type_name("WORD");
    sub->add_flag("--once", options->once, "end after one client");
    sub->add_option("--max", options->max, "serve at most N clients at once; the next ones wait")
        ->type_name("N")
        ->check(unsaid(CLI::PositiveNumber));
    sub->add_flag("--one-at-a-time", options->one_at_a_time, "the same as --max 1");
    sub->add_option("--threads", options->threads, "serve on N threads, which share the port")
        ->type_name("N")
        ->check(unsaid(CLI::Range(1, 256)));
    sub->add_flag("--spin", options->spin, spin_help);
    sub->add_flag("-q,--quiet", options->quiet, "no line for each session");
    sub->add_flag("--json", options->json, "JSON on standard output, an event a line");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return listen(*options, on); }; });
}

}  // namespace sockeye::cli
