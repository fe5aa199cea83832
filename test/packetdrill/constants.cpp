#include "test/packetdrill/constants.hpp"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace sockeye::packetdrill::test {
namespace {

struct Named {
    std::string_view name;
    long number;
};

// A macro's name is what a script writes.
#define NAMED(name)                    \
    Named {                            \
        #name, static_cast<long>(name) \
    }
constexpr std::array numbers{NAMED(SOCK_STREAM),
                             NAMED(SOCK_DGRAM),
                             NAMED(SOCK_NONBLOCK),
                             NAMED(IPPROTO_TCP),
                             NAMED(IPPROTO_UDP),
                             NAMED(SHUT_RD),
                             NAMED(SHUT_WR),
                             NAMED(SHUT_RDWR),
                             NAMED(SOL_SOCKET),
                             NAMED(SOL_IP),
                             NAMED(SOL_IPV6),
                             NAMED(SO_ERROR),
                             NAMED(SO_REUSEADDR),
                             NAMED(SO_KEEPALIVE),
                             NAMED(SO_LINGER),
                             NAMED(SO_SNDBUF),
                             NAMED(SO_RCVBUF),
                             NAMED(SO_RCVLOWAT),
                             NAMED(SO_RCVTIMEO),
                             NAMED(SO_ACCEPTCONN),
                             NAMED(SO_TYPE),
                             NAMED(TCP_NODELAY),
                             NAMED(TCP_CORK),
                             NAMED(TCP_MAXSEG),
                             NAMED(TCP_KEEPIDLE),
                             NAMED(TCP_KEEPINTVL),
                             NAMED(TCP_KEEPCNT),
                             NAMED(TCP_SYNCNT),
                             NAMED(TCP_QUICKACK),
                             NAMED(TCP_USER_TIMEOUT),
                             NAMED(TCP_FASTOPEN),
                             NAMED(IP_TOS),
                             NAMED(IP_TTL),
                             NAMED(IP_RECVERR),
                             NAMED(IPV6_V6ONLY),
                             NAMED(IPV6_RECVERR),
                             NAMED(MSG_PEEK),
                             NAMED(MSG_TRUNC),
                             NAMED(MSG_DONTWAIT),
                             NAMED(MSG_WAITALL),
                             NAMED(MSG_MORE),
                             NAMED(MSG_OOB),
                             NAMED(O_RDWR),
                             NAMED(O_NONBLOCK),
                             NAMED(F_GETFL),
                             NAMED(F_SETFL),
                             NAMED(SIOCINQ),
                             NAMED(SIOCOUTQ),
                             NAMED(POLLIN),
                             NAMED(POLLOUT),
                             NAMED(POLLERR),
                             NAMED(POLLHUP),
                             NAMED(POLLRDHUP),
                             NAMED(EPOLLIN),
                             NAMED(EPOLLOUT),
                             NAMED(EPOLLERR),
                             NAMED(EPOLLHUP),
                             NAMED(EPOLLRDHUP),
                             NAMED(EPOLL_CTL_ADD),
                             NAMED(EPOLL_CTL_MOD),
                             NAMED(EPOLL_CTL_DEL),
                             NAMED(EAGAIN),
                             NAMED(EALREADY),
                             NAMED(EBADF),
                             NAMED(ECONNREFUSED),
                             NAMED(ECONNRESET),
                             NAMED(EHOSTUNREACH),
                             NAMED(EINPROGRESS),
                             NAMED(EINVAL),
                             NAMED(EISCONN),
                             NAMED(ENETUNREACH),
                             NAMED(ENOPROTOOPT),
                             NAMED(ENOTCONN),
                             NAMED(ENOTSOCK),
                             NAMED(EPIPE),
                             NAMED(ETIMEDOUT),
                             NAMED(EADDRINUSE),
                             NAMED(EDEADLK),
                             NAMED(EMSGSIZE),
                             NAMED(EOPNOTSUPP),
                             Named{"SOL_TCP", IPPROTO_TCP},
                             Named{"EPOLLET", static_cast<long>(EPOLLET)},
                             Named{"NULL", 0}};
#undef NAMED

long evaluate_one(const std::string& word) {
    const auto* const found = std::ranges::find(numbers, std::string_view{word}, &Named::name);
    if (found != numbers.end()) return found->number;
    char* end = nullptr;
    const long value = std::strtol(word.c_str(), &end, 0);
    if (word.empty() || *end != '\0') throw std::invalid_argument{"what is " + word + "?"};
    return value;
}

}  // namespace

long evaluate(const std::string& expression) {
    long value = 0;
    std::istringstream words{expression};
    for (std::string word; std::getline(words, word, '|');) {
        const auto first = word.find_first_not_of(' ');
        const auto last = word.find_last_not_of(' ');
        value |= evaluate_one(first == std::string::npos ? "" : word.substr(first, last - first + 1));
    }
    return value;
}

}  // namespace sockeye::packetdrill::test
