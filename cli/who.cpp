// sockeye who [PORT]: this machine's sockets, and whose they are.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <tuple>

#include "base/address_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/owner.hpp"
#include "cli/port_words.hpp"
#include "cli/sockets.hpp"
#include "cli/verb.hpp"
#include "cli/who_text.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "who";

constexpr const char* examples = R"(Examples:
  sockeye who 9001            who listens there, and each end of each connection
  sockeye who --listening     every server of this machine
  sockeye who ssh --json      an object a line, for machines
  sockeye who --unix          sockets in the file system and without a name

A connection is five things: the protocol, two addresses, two ports. Both ends
of one within this machine are two sockets. Without root, programs of other
users have no names. Ends with 1 where no socket has a port that was asked for.)";

struct Options {
    std::vector<std::string> ports;
    std::vector<SocketKind> kinds;
    bool listening = false;
    bool json = false;
};

bool concerns(const SocketInfo& socket, const std::vector<PortRange>& ports) {
    return std::ranges::any_of(ports, [&](const PortRange& range) {
        return range.contains(socket.local.port()) || (socket.peer && range.contains(socket.peer->port()));
    });
}

/// UDP has no state to listen in: a socket with an address and without a peer takes what comes.
bool listens(const SocketInfo& socket) {
    if (socket.protocol == Protocol::udp) return !socket.peer;
    return socket.state == SocketState::listen;
}

auto order_of(const SocketInfo& socket) {
    const bool has_peer = socket.peer.has_value();
    return std::tuple{socket.protocol,
                      socket.local.port(),
                      has_peer,
                      socket.local.to_string(),
                      has_peer ? socket.peer->port() : std::uint16_t{0},
                      socket.inode};
}

Result<std::vector<SocketInfo>> find(const Options& options, const std::vector<PortRange>& ports) {
    std::vector<SocketKind> kinds = options.kinds;
    if (kinds.empty()) kinds = {SocketKind::tcp, SocketKind::udp};
    std::vector<SocketInfo> all;
    for (SocketKind kind : kinds) {
        Result<std::vector<SocketInfo>> some = list_sockets(kind);
        if (!some) return some;
        std::ranges::move(*some, std::back_inserter(all));
    }
    std::erase_if(all, [&](const SocketInfo& socket) {
        return (options.listening && !listens(socket)) || (!ports.empty() && !concerns(socket, ports));
    });
    std::ranges::sort(all, {}, order_of);
    return all;
}

int show(const std::vector<SocketInfo>& sockets, const Options& options) {
    const Owners owners;
    std::string text;
    std::size_t unnamed = 0;
    for (const SocketInfo& socket : sockets) {
        const Owner owner = owners.of(socket);
        unnamed += owner.processes.empty() && !owner.user.empty() ? 1 : 0;
        text += options.json ? who_json(socket, owner) : who_text(socket, owner, owners);
    }
    tell(text);
    if (unnamed > 0)
        say(
            fmt::format("{} of {} belong to programs that cannot be seen from here: another user's, or "
                        "outside this container",
                        unnamed, sockets.size()));
    return static_cast<int>(Exit::ok);
}

int who(const Options& options) {
    std::vector<PortRange> ports;
    for (const std::string& word : options.ports) {
        const Result<std::vector<PortRange>> ranges = parse_ports(word);
        if (!ranges) return fail_usage(verb, ranges.error().detail());
        ports.insert(ports.end(), ranges->begin(), ranges->end());
    }
    if (!ports.empty() && std::ranges::count(options.kinds, SocketKind::unix_) > 0)
        return fail_usage(verb, "unix sockets have no ports: leave out --unix, or the port");
    const Result<std::vector<SocketInfo>> sockets = find(options, ports);
    if (!sockets) return fail(verb, sockets.error());
    if (sockets->empty() && !ports.empty())
        return fail(verb, Exit::other,
                    fmt::format("no {}socket has port {}", options.listening ? "listening " : "",
                                fmt::join(options.ports, " or ")));
    return show(*sockets, options);
}

}  // namespace

void add_who(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "which sockets there are, and whose")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("PORT", options->ports, "only these, as local or peer port:\n80, 1-1024, http")
        ->type_name("");
    sub->add_flag("-l,--listening", options->listening, "servers alone");
    const auto add_kind = [&](const char* flag, SocketKind kind, const char* does) {
        sub->add_flag_callback(flag, [options, kind] { options->kinds.push_back(kind); }, does);
    };
    add_kind("--tcp", SocketKind::tcp, "TCP alone (TCP and UDP unless said)");
    add_kind("--udp", SocketKind::udp, "UDP alone");
    add_kind("--unix", SocketKind::unix_, "unix sockets alone; --tcp --unix: both");
    sub->add_flag("--json", options->json, "JSON, an object a line");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return who(*options); }; });
}

}  // namespace sockeye::cli
