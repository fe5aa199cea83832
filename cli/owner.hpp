// Who has a socket: the processes that hold it, and the user.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/sock_diag.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

struct Process {
    int pid = 0;
    std::string program;  ///< printable ASCII, as the system calls it (/proc/PID/comm)
};

struct Owner {
    std::vector<Process> processes;  ///< empty: another user's, or nobody's (TIME-WAIT)
    std::string user;                ///< by name, or by number where it has none; empty: not known

    /// "python3 (PID 1234, root)", "python3 (PID 1234 and 2 more, root)", "a program of root", "no process".
    std::string to_string() const;
};

/// The socket that a process has under that number; nothing where it is none, or not to be seen.
std::optional<std::uint32_t> socket_inode(int pid, int descriptor);

/// The holders of every socket, as far as this user may see: root sees all, others their own.
class Owners {
public:
    /// Reads /proc/*/fd once.
    Owners();

    Owner of(const SocketInfo& socket) const;
    Owner of_inode(std::uint32_t inode) const;

private:
    std::map<std::uint32_t, std::vector<Process>> by_inode_;
};

/// Those of `sockets` that keep a program from binding `address`: their port is the same, and their
/// address too or one of the two is every address. Those that listen come first. TIME-WAIT does not
/// count (servers set SO_REUSEADDR).
std::vector<SocketInfo> holders_of(const std::vector<SocketInfo>& sockets, const Address& address);

/// Who holds `address`; nothing where nobody does, or the kernel does not tell.
std::optional<Owner> owner_of(Transport transport, const Address& address);

}  // namespace sockeye::cli
