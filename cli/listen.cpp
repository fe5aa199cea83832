// sockeye listen ADDRESS: serves many clients at once.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/service.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "listen";

constexpr const char* examples = R"(Examples:
  sockeye listen :9001 --upper            every interface, IPv4 and IPv6
  sockeye listen 127.0.0.1:0 --echo       port 0: a free one, which it names
  sockeye listen udp://:9001 --upper      UDP: each datagram is answered
  sockeye listen unix:/tmp/echo --echo    a socket in the file system

Prints where it listens once clients can come, and a line when one has gone:
who, octets, and how it ended (FIN, RST, timeout). Ctrl-C ends it.)";

struct Options {
    std::string address;
    std::vector<app::Role> roles;
    bool quiet = false;
};

void log(const app::Session& session) {
    const bool answered = session.transport == Transport::udp && !session.error;
    const std::string peer = session.peer.family() == Family::unix_ && session.peer.path().empty()
                                 ? "unix client"
                                 : session.peer.to_string();
    say(fmt::format("{:<24} {:>9} B in {:>9} B out   {}", peer, session.received, session.sent,
                    answered ? "answered" : app::ending(session)));
}

void announce(Transport transport, const Address& at) {
    std::string_view reach;
    if (at.family() != Family::unix_ && at.ip().is_unspecified())
        reach =
            at.family() == Family::inet6 ? "  (every interface, IPv4 and IPv6)" : "  (every interface, IPv4)";
    say(fmt::format("listening on {}{}", url(transport, at), reach));
}

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

int serve(const Target& target, app::Role role, Service::Log log_session) {
    Result<Address> at = target.numeric();
    if (!at) return fail(verb, at.error());
    KernelNetwork network;
    Result<Socket> server = open(network, target.transport, *at);
    if (!server) return fail(verb, server.error(), url(target.transport, *at));
    const SocketFile file{*at};
    const Interrupts interrupts{network};  // from the moment on that somebody knows of the server
    announce(target.transport, server->getsockname().value_or(*at));

    Service service{network, std::move(log_session)};
    service.add(std::move(*server), target.transport, role);
    Result<void> served = service.run_until(interrupts);
    return served ? static_cast<int>(Exit::ok) : fail(verb, served.error());
}

int listen(const Options& options) {
    const Result<Target> target = Target::parse(options.address);
    if (!target) return fail_usage(verb, target.error().detail());
    if (options.roles.size() != 1) {
        std::string known;
        for (const app::Role& role : app::roles)
            known += fmt::format("{}--{}", known.empty() ? "" : " or ", role.name);
        return fail_usage(verb, fmt::format("{}: {}",
                                            options.roles.empty() ? "what should it do with its clients"
                                                                  : "one role at a time",
                                            known));
    }
    if (options.quiet) return serve(*target, options.roles.front(), [](const app::Session&) {});
    return serve(*target, options.roles.front(), log);
}

}  // namespace

void add_listen(CLI::App& command, Action& chosen) {
    CLI::App* sub = command.add_subcommand(std::string{verb}, "serve many clients at once")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->address,
                    "tcp://HOST:PORT, HOST:PORT, :PORT,\nudp://HOST:PORT or unix:/PATH")
        ->required()
        ->type_name("");
    for (const app::Role& role : app::roles)
        sub->add_flag_callback(
            fmt::format("--{}", role.name), [options, role] { options->roles.push_back(role); },
            std::string{role.does});
    sub->add_flag("-q,--quiet", options->quiet, "no line for each session");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return listen(*options); }; });
}

}  // namespace sockeye::cli
