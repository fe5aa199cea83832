// Lesson 1: a chat over UDP. Nobody connects; each datagram says where it came from.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {
namespace {

/// str.replace("sb", "alexsb")
std::string with_full_name(std::string text) {
    for (std::size_t at = text.find("sb"); at != std::string::npos; at = text.find("sb", at + 6))
        text.insert(at, "alex");
    return text;
}

}  // namespace

Task<> udp_chat_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_datagram_server(network, setting.at).value();
    while (auto datagram = co_await server.recvfrom(1024)) {
        const std::string text{datagram->bytes.text()};
        co_await print(terminal, "来自" + pair(datagram->sender) + "的消息:" + text);
        if (text == "bye") co_return;
        auto line = co_await input(terminal);
        if (!line) co_return;
        const std::string reply = *line + "," + with_full_name(text);
        if (!co_await server.sendto(reply, datagram->sender)) continue;  // that peer is gone; others are not
    }
}

Task<> udp_chat_client(Network& network, Terminal& terminal, Setting setting) {
    Socket socket{network, setting.at.family(), SocketType::datagram};
    for (;;) {
        auto line = co_await input(terminal, ">>:");
        if (!line || !co_await socket.sendto(*line, setting.at) || *line == "bye") co_return;
        auto answer = co_await socket.recvfrom(1024);
        if (!answer) co_return;
        co_await print(terminal, std::string{answer->bytes.text()});
    }
}

}  // namespace sockeye::lessons
