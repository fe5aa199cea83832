#include "cli/network_calls.hpp"

#include <linux/audit.h>

#include <algorithm>

namespace sockeye::cli {
namespace {

/// A number in the kernel's table for x86-64 (arch/x86/entry/syscalls/syscall_64.tbl), and in the one that
/// newer machines, aarch64 among them, share (include/uapi/asm-generic/unistd.h).
struct Row {
    NetworkCall call;
    std::string_view name;
    std::uint16_t x86_64;
    std::uint16_t aarch64;
};

using enum NetworkCall;
constexpr std::array rows{
    Row{socket, "socket", 41, 198},
    Row{socketpair, "socketpair", 53, 199},
    Row{bind, "bind", 49, 200},
    Row{listen, "listen", 50, 201},
    Row{accept, "accept", 43, 202},
    Row{accept4, "accept4", 288, 242},
    Row{connect, "connect", 42, 203},
    Row{sendto, "sendto", 44, 206},
    Row{sendmsg, "sendmsg", 46, 211},
    Row{sendmmsg, "sendmmsg", 307, 269},
    Row{sendfile, "sendfile", 40, 71},
    Row{write, "write", 1, 64},
    Row{writev, "writev", 20, 66},
    Row{recvfrom, "recvfrom", 45, 207},
    Row{recvmsg, "recvmsg", 47, 212},
    Row{recvmmsg, "recvmmsg", 299, 243},
    Row{read, "read", 0, 63},
    Row{readv, "readv", 19, 65},
    Row{shutdown, "shutdown", 48, 210},
    Row{close, "close", 3, 57},
    Row{getsockname, "getsockname", 51, 204},
    Row{getpeername, "getpeername", 52, 205},
    Row{setsockopt, "setsockopt", 54, 208},
    Row{getsockopt, "getsockopt", 55, 209},
    Row{io_uring_enter, "io_uring_enter", 426, 426},
};

constexpr bool stand_in_their_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].call != static_cast<NetworkCall>(i + 1)) return false;
    return rows.back().call == io_uring_enter;
}
static_assert(stand_in_their_order());

NetworkCall find(std::uint16_t Row::* machine, std::uint64_t number) {
    const auto* row = std::ranges::find_if(rows, [&](const Row& one) { return one.*machine == number; });
    return row == rows.end() ? other : row->call;
}

}  // namespace

std::string_view to_string(NetworkCall call) {
    return call == other ? "other" : rows[static_cast<std::size_t>(call) - 1].name;
}

NetworkCall network_call(std::uint32_t architecture, std::uint64_t number) {
    switch (architecture) {
        case AUDIT_ARCH_X86_64: return find(&Row::x86_64, number);
        case AUDIT_ARCH_AARCH64: return find(&Row::aarch64, number);
        default: return other;
    }
}

}  // namespace sockeye::cli
