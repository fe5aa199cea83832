#include "cli/who_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/address_text.hpp"
#include "cli/json.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::size_t widest = 80;
constexpr std::size_t indent = 19;  // where addresses begin: behind "tcp", and the longest state

/// A path may hold anything but NUL.
std::string name_of(const Address& address) {
    if (address.family() != Family::unix_) return address.to_string();
    return address.path().empty() ? "(no name)" : address_text::shown(address.path());
}

std::string path_of(const SocketInfo& socket, const Owners& owners) {
    if (socket.peer) return fmt::format("{} > {}", name_of(socket.local), name_of(*socket.peer));
    if (socket.peer_inode == 0) return name_of(socket.local);
    return fmt::format("{} > {}", name_of(socket.local), owners.of_inode(socket.peer_inode).to_string());
}

/// What is on its way, and how the connection does; empty where there is nothing to tell.
std::string figures(const SocketInfo& socket) {
    if (socket.state == SocketState::listen)
        return socket.send_queue == 0
                   ? ""  // a unix server whose queue the kernel does not tell
                   : fmt::format("{} of {} wait to be accepted", socket.receive_queue, socket.send_queue);
    const bool idle = socket.receive_queue == 0 && socket.send_queue == 0;
    if (!socket.tcp)
        return idle ? "" : fmt::format("in {} B, out {} B", socket.receive_queue, socket.send_queue);
    const TcpFigures& tcp = *socket.tcp;
    std::string text = fmt::format("in {} B, out {} B, sent again {}", socket.receive_queue,
                                   socket.send_queue, tcp.retransmitted);
    if (tcp.rtt_us > 0) text += ", RTT " + about(std::chrono::microseconds{tcp.rtt_us});
    if (!tcp.congestion.empty()) text += ", " + address_text::shown(tcp.congestion);
    return text;
}

Json to_json(const Process& process) {
    return {{"pid", process.pid}, {"program", process.program}};
}

Json to_json(const TcpFigures& tcp) {
    return {{"rtt_us", tcp.rtt_us},
            {"rtt_variance_us", tcp.rtt_variance_us},
            {"retransmitted", tcp.retransmitted},
            {"cwnd", tcp.cwnd},
            {"mss", tcp.mss},
            {"congestion", tcp.congestion}};
}

}  // namespace

std::string who_text(const SocketInfo& socket, const Owner& owner, const Owners& owners) {
    constexpr std::size_t addresses = 35;  // what two of IPv4 take, where there is room
    const std::string path = path_of(socket, owners);
    const std::string who = owner.to_string();
    const std::string margin(indent, ' ');
    std::string text = fmt::format("{:<4}  {:<11}  {}", to_string(socket.protocol),
                                   to_string(socket.state, socket.protocol), path);
    if (text.size() + 2 + who.size() > widest) {
        text += '\n' + margin + who;
    } else {
        const std::size_t at = std::min(indent + addresses, widest - 2 - who.size());
        text.resize(std::max(at, text.size()), ' ');
        text += "  " + who;
    }
    text += '\n';
    if (const std::string told = figures(socket); !told.empty()) text += margin + told + '\n';
    return text;
}

std::string who_json(const SocketInfo& socket, const Owner& owner) {
    Json processes = Json::array();
    for (const Process& process : owner.processes) processes.push_back(to_json(process));
    Json object{{"kind", "socket"},
                {"protocol", to_string(socket.protocol)},
                {"state", to_string(socket.state, socket.protocol)},
                {"local", socket.local.to_string()},
                {"peer", socket.peer ? Json(socket.peer->to_string()) : Json{}}};
    if (socket.state == SocketState::listen) {
        object["waiting"] = socket.receive_queue;
        object["backlog"] = socket.send_queue;
    } else {
        object["receive_queue"] = socket.receive_queue;
        object["send_queue"] = socket.send_queue;
    }
    if (socket.tcp) object["tcp"] = to_json(*socket.tcp);
    object["inode"] = socket.inode;
    object["user"] = owner.user.empty() ? Json{} : Json(owner.user);
    object["processes"] = processes;
    return json_line(object);
}

}  // namespace sockeye::cli
