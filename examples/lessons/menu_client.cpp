// Lesson 3: a client that asks which transport to use, again and again.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {
namespace {

Task<> talk_tcp(Network& network, Terminal& terminal, Address at) {
    Socket connection = (co_await create_connection(network, std::move(at))).value();
    for (;;) {
        auto line = co_await input(terminal, ">");
        if (!line || *line == "q") co_return;
        if (!co_await connection.sendall(*line)) co_return;
        auto answer = co_await connection.recv(1024);
        if (!answer || answer->empty()) co_return;
        co_await print(terminal, std::string{answer->text()});
    }
}

Task<> talk_udp(Network& network, Terminal& terminal, Address at) {
    Socket socket{network, at.family(), SocketType::datagram};
    for (;;) {
        auto line = co_await input(terminal, ">");
        if (!line || *line == "quit") co_return;
        const std::string text = "[" + ctime(network.wall_now()) + "]:" + *line;
        if (!co_await socket.sendto(text, at)) co_return;
        auto answer = co_await socket.recvfrom(1024);
        if (!answer) co_return;
        co_await print(terminal, std::string{answer->bytes.text()});
    }
}

}  // namespace

Task<> menu_client(Network& network, Terminal& terminal, Setting setting) {
    for (;;) {
        auto choice = co_await input(terminal, "input choice t-tcp or u-udp or q-quit:");
        if (!choice || *choice == "q") co_return;
        if (*choice == "t") co_await talk_tcp(network, terminal, setting.at);
        if (*choice == "u") co_await talk_udp(network, terminal, setting.at);
    }
}

}  // namespace sockeye::lessons
