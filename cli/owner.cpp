#include "cli/owner.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/address_text.hpp"
#include "cli/sockets.hpp"

namespace sockeye::cli {
namespace {

namespace fs = std::filesystem;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// What a socket's entry in /proc/PID/fd is called: "socket:[12345]".
std::optional<std::uint32_t> inode_in(std::string_view link) {
    constexpr std::string_view before = "socket:[";
    if (!link.starts_with(before) || !link.ends_with(']')) return std::nullopt;
    return number_in<std::uint32_t>(link.substr(before.size(), link.size() - before.size() - 1));
}

/// A process names itself, and may do so in control characters.
std::string program_of(const fs::path& process) {
    std::string name;
    std::getline(std::ifstream{process / "comm"}, name);
    return address_text::shown(name);
}

/// Calls `visit` with each entry of `folder`. One that cannot be read, or has gone, is as good as empty.
template <class Visit>
void each_entry(const fs::path& folder, Visit visit) {
    std::error_code problem;
    fs::directory_iterator entries{folder, problem};
    while (!problem && entries != fs::directory_iterator{}) {
        visit(entries->path());
        entries.increment(problem);
    }
}

std::vector<std::uint32_t> sockets_of(const fs::path& process) {
    std::vector<std::uint32_t> inodes;
    each_entry(process / "fd", [&](const fs::path& entry) {
        std::error_code gone;
        if (const auto inode = inode_in(fs::read_symlink(entry, gone).native())) inodes.push_back(*inode);
    });
    std::ranges::sort(inodes);  // a process may have a socket under several numbers
    inodes.erase(std::ranges::unique(inodes).begin(), inodes.end());
    return inodes;
}

std::string user_name(std::uint32_t uid) {
    constexpr std::size_t longest_entry = 16'384;
    std::vector<char> buffer(longest_entry);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? address_text::shown(entry.pw_name) : std::to_string(uid);
}

/// Whether both could not be bound at once: "every address" meets every other, and on IPv6 IPv4 too.
bool overlap(const SocketInfo& socket, const Address& wanted) {
    const Address& held = socket.local;
    if (held.family() == Family::unix_ || wanted.family() == Family::unix_) return held == wanted;
    if (held.port() != wanted.port()) return false;
    if (held.ip() == wanted.ip()) return true;
    const bool any_held = held.ip().is_unspecified();
    const bool any_wanted = wanted.ip().is_unspecified();
    if (held.family() == wanted.family()) return any_held || any_wanted;
    if (held.family() == Family::inet6) return any_held && !socket.v6_only;
    return any_wanted && wanted.family() == Family::inet6;  // which servers bind for both families
}

int rank(const SocketInfo& socket) {
    return socket.state == SocketState::listen ? 0 : socket.peer ? 2 : 1;
}

SocketKind kind_of(Transport transport, const Address& address) {
    if (address.family() == Family::unix_) return SocketKind::unix_;
    return transport == Transport::udp ? SocketKind::udp : SocketKind::tcp;
}

}  // namespace

std::string Owner::to_string() const {
    if (processes.empty()) return user.empty() ? "no process" : "a program of " + user;
    std::string text = fmt::format("{} (PID {}", processes.front().program, processes.front().pid);
    if (processes.size() > 1) text += fmt::format(" and {} more", processes.size() - 1);
    return text + (user.empty() ? ")" : ", " + user + ")");
}

std::optional<std::uint32_t> socket_inode(int pid, int descriptor) {
    std::error_code gone;
    return inode_in(fs::read_symlink(fmt::format("/proc/{}/fd/{}", pid, descriptor), gone).native());
}

Owners::Owners() {
    each_entry("/proc", [&](const fs::path& process) {
        const auto pid = number_in<int>(process.filename().native());
        if (!pid) return;
        const std::vector<std::uint32_t> inodes = sockets_of(process);
        if (inodes.empty()) return;
        const std::string program = program_of(process);
        for (std::uint32_t inode : inodes) by_inode_[inode].push_back({*pid, program});
    });
}

Owner Owners::of(const SocketInfo& socket) const {
    Owner owner = of_inode(socket.inode);
    if (socket.uid && socket.inode != 0) owner.user = user_name(*socket.uid);
    return owner;
}

Owner Owners::of_inode(std::uint32_t inode) const {
    const auto found = by_inode_.find(inode);
    return found == by_inode_.end() ? Owner{} : Owner{.processes = found->second, .user = {}};
}

std::vector<SocketInfo> holders_of(const std::vector<SocketInfo>& sockets, const Address& address) {
    std::vector<SocketInfo> holders;
    std::ranges::copy_if(sockets, std::back_inserter(holders), [&](const SocketInfo& socket) {
        return socket.state != SocketState::time_wait && overlap(socket, address);
    });
    std::ranges::stable_sort(holders, {}, rank);
    return holders;
}

std::optional<Owner> owner_of(Transport transport, const Address& address) {
    const Result<std::vector<SocketInfo>> sockets = list_sockets(kind_of(transport, address));
    if (!sockets) return std::nullopt;
    const std::vector<SocketInfo> holders = holders_of(*sockets, address);
    if (holders.empty()) return std::nullopt;
    return Owners{}.of(holders.front());
}

}  // namespace sockeye::cli
