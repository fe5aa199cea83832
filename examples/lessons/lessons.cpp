#include "examples/lessons/lessons.hpp"

#include <array>

namespace sockeye::lessons {
namespace {

using enum Transport;

constexpr std::array table{
    Pair{1, "chat", "TCP chat in turns; the server speaks first", 8888, tcp, chat_server, chat_client,
         "hello\nfine\n", "hi\nbyebye\n"},
    Pair{1, "udp-chat", "UDP chat; \"bye\" ends the server", 8889, udp, udp_chat_server, udp_chat_client,
         "ok\n", "sb hi\nbye\n"},
    Pair{2, "once", "one request, one answer, and both end", 8001, tcp, once_server, once_client, "", ""},
    Pair{2, "link", "a connection for each request, in upper case", 8002, tcp, link_server, link_client, "",
         "hello\n"},
    Pair{2, "talk", "many requests on one connection; \"q\" quits", 8003, tcp, talk_server, talk_client, "",
         "hello\nworld\nq\n"},
    Pair{2, "udp-upper", "upper case over UDP; nothing listens", 8004, udp, udp_upper_server,
         udp_upper_client, "", "hello\nq\n"},
    Pair{3, "menu-tcp", "TCP or UDP? Both sides ask", 9001, tcp, menu_server, menu_client, "x\nt\n",
         "t\nhello\nq\nq\n"},
    Pair{3, "menu-udp", "the same program, answered with \"u\"", 9001, udp, menu_server, menu_client, "u\n",
         "u\nhello\nquit\nq\n"},
    Pair{4, "messages", "your own protocol: a length in front of each message", 9004, tcp, messages_server,
         messages_client, "", "hi\nbye\nbye\n"},
    Pair{5, "udp-first", "what one datagram looks like", 7788, udp, udp_receiver, udp_sender, "", "hahaha\n"},
};

}  // namespace

std::span<const Pair> pairs() {
    return table;
}

}  // namespace sockeye::lessons
