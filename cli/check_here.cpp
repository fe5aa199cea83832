// Which ports of this machine are free, and who holds the others.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/check.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/owner.hpp"
#include "cli/sockets.hpp"
#include "cli/table.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::size_t most_lines = 16;  // of free ports, before they are only counted

struct Held {
    SocketKind kind;
    std::uint16_t port;
    std::vector<SocketInfo> by;  ///< empty: free
};

std::string_view name_of(SocketKind kind) {
    return kind == SocketKind::udp ? "udp" : "tcp";
}

std::vector<Row> rows_of(const Held& held, const Owners& owners) {
    const Row begin{std::string{name_of(held.kind)}, std::to_string(held.port)};
    if (held.by.empty()) return {{begin[0], begin[1], "free"}};
    std::vector<Row> rows;
    for (const SocketInfo& socket : held.by)
        rows.push_back({begin[0], begin[1], std::string{to_string(socket.state, socket.protocol)},
                        socket.local.to_string(), owners.of(socket).to_string()});
    return rows;
}

std::string to_json(const Held& held, const Owners& owners) {
    Json by = Json::array();
    for (const SocketInfo& socket : held.by) {
        const Owner owner = owners.of(socket);
        Json processes = Json::array();
        for (const Process& process : owner.processes)
            processes.push_back({{"pid", process.pid}, {"program", process.program}});
        by.push_back({{"state", to_string(socket.state, socket.protocol)},
                      {"local", socket.local.to_string()},
                      {"user", owner.user},
                      {"processes", processes}});
    }
    return json_line({{"kind", "port"},
                      {"transport", name_of(held.kind)},
                      {"port", held.port},
                      {"state", held.by.empty() ? "free" : "held"},
                      {"by", by}});
}

/// What listens, where something does: its connections hold the port only along with it.
std::vector<SocketInfo> chief_holders(const std::vector<SocketInfo>& sockets, std::uint16_t port) {
    const Address everywhere{IpAddress::any(Family::inet6), port};
    std::vector<SocketInfo> holders = holders_of(sockets, everywhere);
    if (!holders.empty() && !holders.front().peer)
        std::erase_if(holders, [](const SocketInfo& socket) { return socket.peer.has_value(); });
    return holders;
}

Result<std::vector<Held>> find(const CheckQuestion& question, const CheckOptions& options) {
    std::vector<Held> all;
    for (SocketKind kind : {SocketKind::tcp, SocketKind::udp}) {
        const Transport transport = kind == SocketKind::udp ? Transport::udp : Transport::tcp;
        if (options.transport.value_or(transport) != transport) continue;
        const Result<std::vector<SocketInfo>> sockets = list_sockets(kind);
        if (!sockets) return std::unexpected{sockets.error()};
        for (const PortRange& range : question.ports)
            for (std::uint32_t port = range.first; port <= range.last; ++port) {
                const auto number = static_cast<std::uint16_t>(port);
                all.push_back({kind, number, chief_holders(*sockets, number)});
            }
    }
    return all;
}

}  // namespace

int check_here(const CheckQuestion& question, const CheckOptions& options) {
    const Result<std::vector<Held>> all = find(question, options);
    if (!all) return fail("check", all.error());
    const Owners owners;
    std::vector<Row> rows;
    std::string lines;
    std::size_t free = 0;
    for (const Held& held : *all) {
        free += held.by.empty() ? 1 : 0;
        if (options.json)
            lines += to_json(held, owners);
        else if (!held.by.empty() || all->size() <= most_lines)
            for (Row& row : rows_of(held, owners)) rows.push_back(std::move(row));
    }
    tell(options.json ? lines : table(rows));
    if (all->size() > most_lines) say(fmt::format("{} of {} ports are free", free, all->size()));
    return static_cast<int>(free == all->size() ? Exit::ok : Exit::other);
}

}  // namespace sockeye::cli
