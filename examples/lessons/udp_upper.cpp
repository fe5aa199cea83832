// Lesson 2: upper case over UDP. One socket serves every client, and the client does not ask who answered.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> udp_upper_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_datagram_server(network, setting.at).value();
    while (auto datagram = co_await server.recvfrom(1024)) {
        co_await print(terminal, pair(datagram->sender));
        const std::string reply = upper(datagram->bytes.text());
        if (!co_await server.sendto(reply, datagram->sender)) continue;  // that peer is gone; others are not
    }
}

Task<> udp_upper_client(Network& network, Terminal& terminal, Setting setting) {
    Socket socket{network, setting.at.family(), SocketType::datagram};
    for (;;) {
        auto line = co_await input(terminal, ">>:");
        if (!line || *line == "q") co_return;
        if (!co_await socket.sendto(*line, setting.at)) co_return;
        auto answer = co_await socket.recv(1024);
        if (!answer) co_return;
        co_await print(terminal, std::string{answer->text()});
    }
}

}  // namespace sockeye::lessons
