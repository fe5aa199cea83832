#include "cli/session_words.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/address_text.hpp"

namespace sockeye::cli {
namespace {

using enum NetworkCall;

std::string name_of(const Address& address) {
    if (address.family() != Family::unix_) return address.to_string();
    return address.path().empty() ? "a unix socket without a name" : address_text::shown(address.path());
}

/// How many octets a character at the front of `text` takes (RFC 3629); 0: none that is fit to be printed.
std::size_t printable_character(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = octet(0);
    if (first < 0x80) return first >= ' ' && first != 0x7f ? 1 : 0;
    const std::size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((octet(i) & 0xc0) != 0x80) return 0;
    return first == 0xc2 && octet(1) < 0xa0 ? 0 : length;  // C1 controls: a terminal obeys them
}

/// In quotes, and nothing in it that a terminal would act upon.
/// @param of  how many octets there were, of which these are the first
std::string quoted(std::string_view octets, std::int64_t of) {
    std::string text = "\"";
    for (std::size_t i = 0; i < octets.size();) {
        const std::size_t length = printable_character(octets.substr(i));
        if (length > 0)
            text += octets.substr(i, length);
        else if (octets[i] == '\n')
            text += "\\n";
        else if (octets[i] == '\r')
            text += "\\r";
        else
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(octets[i]));
        i += std::max<std::size_t>(length, 1);
    }
    return text + '"' + (static_cast<std::int64_t>(octets.size()) < of ? "..." : "");
}

std::string octet_count(std::int64_t octets) {
    return fmt::format("{} octet{}", octets, octets == 1 ? "" : "s");
}

std::string option_name(int level, int name) {
    struct Option {
        int level;
        int name;
        const char* text;
    };
    constexpr std::array options{
        Option{SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"}, Option{SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT"},
        Option{SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"}, Option{SOL_SOCKET, SO_LINGER, "SO_LINGER"},
        Option{SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST"}, Option{SOL_SOCKET, SO_ERROR, "SO_ERROR"},
        Option{SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"},       Option{SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"},
        Option{IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"},  Option{IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY"},
    };
    for (const Option& option : options)
        if (option.level == level && option.name == name) return option.text;
    return fmt::format("option {} of level {}", name, level);
}

// --- what the call was ------------------------------------------------------------------------------

std::string_view short_name(NetworkCall call) {
    if (call == accept4) return "accept";
    return to_string(call);
}

std::string_view sort_name(SocketSort sort) {
    switch (sort) {
        case SocketSort::stream: return "TCP";
        case SocketSort::datagram: return "UDP";
        case SocketSort::local: return "local";
        case SocketSort::other:
        case SocketSort::unknown: break;
    }
    return "other";
}

std::string_view direction(int how) {
    return how == SHUT_RD ? "SHUT_RD" : how == SHUT_WR ? "SHUT_WR" : "SHUT_RDWR";
}

std::string arguments(const SessionCall& call) {
    switch (call.call) {
        case socket:
        case socketpair: return fmt::format("{}, {}", sort_name(call.made), call.family);
        case listen: return fmt::format("{}, {}", call.descriptor, call.number);
        case shutdown: return fmt::format("{}, {}", call.descriptor, direction(call.number));
        case setsockopt:
        case getsockopt: return fmt::format("{}, {}", call.descriptor, option_name(call.level, call.number));
        case bind:
        case connect:
        case sendto:
            if (call.address) return fmt::format("{}, {}", call.descriptor, name_of(*call.address));
            break;
        default: break;
    }
    return std::to_string(call.descriptor);
}

bool has_result(NetworkCall call) {
    switch (call) {
        case bind:
        case listen:
        case connect:
        case shutdown:
        case close:
        case getsockname:
        case getpeername:
        case setsockopt:
        case getsockopt:
        case socketpair: return false;
        default: return true;
    }
}

std::string call_text(const SessionCall& call) {
    std::string text = fmt::format("{}({})", short_name(call.call), arguments(call));
    if (!call.failed()) return has_result(call.call) ? fmt::format("{} = {}", text, call.result) : text;
    const char* name = ::strerrorname_np(call.error());
    return fmt::format("{} = {}", text, name != nullptr ? name : std::to_string(call.error()));
}

// --- what it means ----------------------------------------------------------------------------------

std::string failure(const SessionCall& call) {
    switch (call.error()) {
        case ECONNREFUSED: return "nobody has that number (RST)";
        case ETIMEDOUT: return "nobody picks up";
        case ENETUNREACH:
        case EHOSTUNREACH: return "no line leads there";
        case ECONNRESET:
        case EPIPE: return "the line is dead: the peer broke it off (RST), or is gone";
        case EADDRINUSE: return "somebody else has that number: sockeye check PORT says who";
        case EADDRNOTAVAIL: return "that is no address of this machine";
        case ENOTCONN: return "there is no call";
        case EINTR: return "a signal interrupted it";
        default: break;
    }
    const char* words = ::strerrordesc_np(call.error());
    return words != nullptr ? words : "it failed";
}

bool says_not_yet(const SessionCall& call) {
    return call.error() == EAGAIN || call.error() == EINPROGRESS || call.error() == EALREADY;
}

std::string made(const SessionCall& call) {
    switch (call.made) {
        case SocketSort::stream: return "take a telephone (TCP): nobody is called yet";
        case SocketSort::datagram: return "take writing paper (UDP): letters, no calls";
        case SocketSort::local: return "take a house telephone: it reaches this machine alone";
        case SocketSort::other:
        case SocketSort::unknown: break;
    }
    return fmt::format("open a socket of {}", call.family);
}

std::string dialled(const SessionCall& call, const SocketStory& story) {
    const std::string who = call.address ? name_of(*call.address) : "nobody";
    if (story.sort == SocketSort::datagram)
        return fmt::format("note {} as the address of all letters: nothing is sent", who);
    const std::string dial = "dial " + who;
    if (!call.failed()) return dial + ": picked up (handshake done)";
    if (says_not_yet(call)) return dial + ": it rings, and the program goes on";
    return fmt::format("{}: {}", dial, failure(call));
}

std::string picked_up(const SessionCall& call) {
    if (says_not_yet(call)) return "is anybody calling? Not just now";
    if (call.failed()) return "pick up: " + failure(call);
    return fmt::format("pick up: {} is on line {}; the bell stays on",
                       call.address ? name_of(*call.address) : "somebody", call.result);
}

std::string said(const SessionCall& call, const SocketStory& story) {
    const bool letter = story.sort == SocketSort::datagram;
    if (says_not_yet(call)) return "speak: the peer is slow to listen, try later";
    if (call.failed()) return fmt::format("{}: {}", letter ? "post a letter" : "speak", failure(call));
    if (call.call == sendmmsg) return fmt::format("post {} letters", call.result);
    const std::string what =
        call.octets.empty() ? octet_count(call.result) : quoted(call.octets, call.result);
    if (!letter) return "speak: " + what;
    return fmt::format("post a letter{}: {}", call.address ? " to " + name_of(*call.address) : "", what);
}

std::string heard(const SessionCall& call, const SocketStory& story) {
    const bool letter = story.sort == SocketSort::datagram;
    if (says_not_yet(call)) return letter ? "no letter yet" : "listen: nothing is said just now";
    if (call.failed()) return "listen: " + failure(call);
    if (call.call == recvmmsg) return fmt::format("{} letters", call.result);
    if (letter)
        return fmt::format("a letter{}: {}", call.address ? " from " + name_of(*call.address) : "",
                           quoted(call.octets, call.result));
    if (call.result == 0) return "the peer has said goodbye (FIN)";
    return "listen: " + quoted(call.octets, call.result);
}

std::string hung_up(const SocketStory& story) {
    if (story.listens) return "give the number back: nobody can call any more";
    if (story.sort == SocketSort::datagram) return "put the writing paper away: nothing is sent";
    return story.peer ? fmt::format("hang up on {}", name_of(*story.peer)) : "put the telephone away";
}

std::string with_failure(std::string what, const SessionCall& call) {
    return call.failed() ? fmt::format("{}: {}", what, failure(call)) : what;
}

std::string meaning(const SessionCall& call, const SocketStory& story) {
    const std::string address = call.address ? name_of(*call.address) : "";
    switch (call.call) {
        case NetworkCall::socket: return with_failure(made(call), call);
        case socketpair: return with_failure("two telephones wired to each other", call);
        case bind: return with_failure(fmt::format("give it the number {}", address), call);
        case listen:
            return with_failure(fmt::format("turn the bell on: {} callers may wait", call.number), call);
        case accept:
        case accept4: return picked_up(call);
        case connect: return dialled(call, story);
        case sendto:
        case sendmsg:
        case sendmmsg:
        case sendfile:
        case write:
        case writev: return said(call, story);
        case recvfrom:
        case recvmsg:
        case recvmmsg:
        case read:
        case readv: return heard(call, story);
        case shutdown:
            return with_failure(
                call.number == SHUT_RD ? "stop listening" : "say goodbye (FIN), and still listen", call);
        case close: return hung_up(story);
        case getsockname: return with_failure("which number do I have? " + address, call);
        case getpeername: return with_failure("who is on the line? " + address, call);
        case setsockopt: return with_failure("adjust the telephone", call);
        case getsockopt: return with_failure("how is the telephone adjusted?", call);
        case io_uring_enter: return "a ring of io_uring: what goes through it cannot be seen from here";
        case other: break;
    }
    return "";
}

}  // namespace

SocketStory after(const SessionCall& call, SocketStory before) {
    if (call.call == socket) return {.sort = call.made};
    const bool dialling = call.call == connect && (!call.failed() || call.error() == EINPROGRESS);
    if (dialling) before.peer = call.address;
    if (call.call == listen && !call.failed()) before.listens = true;
    return before;
}

SessionLine session_line(const SessionCall& call, const SocketStory& story) {
    return {call_text(call), meaning(call, story)};
}

}  // namespace sockeye::cli
