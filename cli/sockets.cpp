#include "cli/sockets.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include "cli/netlink.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/errno.hpp"

namespace sockeye::cli {
namespace {

using kernel::Descriptor;
using kernel::error_of;
using kernel::uninterrupted;

constexpr std::size_t longest_datagram = std::size_t{64} * 1024;  // the kernel sends at most half of it
constexpr std::uint32_t every_state = ~0U;

template <class Request>
struct Question {
    nlmsghdr header{.nlmsg_len = sizeof(Question),
                    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                    .nlmsg_seq = 1,
                    .nlmsg_pid = 0};
    Request request{};
};

Question<inet_diag_req_v2> about_inet(int family, int protocol) {
    Question<inet_diag_req_v2> question;
    question.request.sdiag_family = static_cast<std::uint8_t>(family);
    question.request.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    question.request.idiag_ext = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1);
    question.request.idiag_states = every_state;
    return question;
}

Question<unix_diag_req> about_unix() {
    Question<unix_diag_req> question;
    question.request.sdiag_family = AF_UNIX;
    question.request.udiag_states = every_state;
    question.request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
    return question;
}

Error failed(int error_number) {
    return error_of(error_number).with_during("sock_diag");
}

/// @returns whether the dump goes on; an error that the kernel reported
template <class Parse>
Result<bool> take_answers(std::span<const std::byte> datagram, Parse parse, std::vector<SocketInfo>& found) {
    while (const auto message = take_message(datagram)) {
        if (message->type == NLMSG_DONE) return false;
        if (message->type == NLMSG_ERROR)
            return std::unexpected{failed(-copied<nlmsgerr>(message->body).error)};
        if (message->type != SOCK_DIAG_BY_FAMILY) continue;
        if (auto socket = parse(message->body)) found.push_back(std::move(*socket));
    }
    return true;
}

template <class Question, class Parse>
Result<void> ask(const Question& question, Parse parse, std::vector<SocketInfo>& found) {
    const Descriptor netlink{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    if (!netlink.is_open()) return std::unexpected{failed(errno)};
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const auto* to = reinterpret_cast<const sockaddr*>(&kernel);
    if (::sendto(netlink.get(), &question, sizeof question, 0, to, sizeof kernel) < 0)
        return std::unexpected{failed(errno)};
    std::vector<std::byte> buffer(longest_datagram);
    for (;;) {
        const ssize_t octets =
            uninterrupted([&] { return ::recv(netlink.get(), buffer.data(), buffer.size(), 0); });
        if (octets < 0) return std::unexpected{failed(errno)};
        const std::span<const std::byte> datagram{buffer.data(), static_cast<std::size_t>(octets)};
        const Result<bool> goes_on = take_answers(datagram, parse, found);
        if (!goes_on) return std::unexpected{goes_on.error()};
        if (!*goes_on) return {};
    }
}

Result<void> ask_inet(SocketKind kind, std::vector<SocketInfo>& found) {
    const bool tcp = kind == SocketKind::tcp;
    const auto parse = [tcp](std::span<const std::byte> body) {
        return parse_inet_diag(body, tcp ? Protocol::tcp : Protocol::udp);
    };
    Result<void> asked;
    for (int family : {AF_INET, AF_INET6})
        if (asked) asked = ask(about_inet(family, tcp ? IPPROTO_TCP : IPPROTO_UDP), parse, found);
    return asked;
}

}  // namespace

Result<std::vector<SocketInfo>> list_sockets(SocketKind kind) {
    std::vector<SocketInfo> found;
    const Result<void> asked =
        kind == SocketKind::unix_ ? ask(about_unix(), parse_unix_diag, found) : ask_inet(kind, found);
    if (!asked) return std::unexpected{asked.error()};
    return found;
}

}  // namespace sockeye::cli
