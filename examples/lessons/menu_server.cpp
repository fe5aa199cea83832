// Lesson 3: a server that asks which transport to serve.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {
namespace {

Task<> serve_tcp(Network& network, Terminal& terminal, Address at) {
    Socket server = create_server(network, at, {.backlog = 5}).value();
    while (auto client = co_await server.accept()) {
        co_await print(terminal, "警告,远端客户:" + pair(client->peer) + " 接入系统!!!");
        while (auto text = co_await client->socket.recv(1024)) {
            if (text->empty()) break;
            const std::string reply = "服务端接收到信息" + std::string{text->text()};
            if (!co_await client->socket.sendall(reply)) break;
        }
    }  // and not before: the listener stays open until the program ends
}

Task<> serve_udp(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_datagram_server(network, setting.at).value();
    while (auto datagram = co_await server.recvfrom(1024)) {
        if (datagram->bytes.empty()) {
            if (setting.compat == Compat::original) co_return;  // it takes this for the end of a stream
            co_await print(terminal, "an empty datagram from " + pair(datagram->sender) +
                                         ": UDP has no end, so the service goes on");
            continue;
        }
        if (!co_await server.sendto("i am udp,i got it", datagram->sender)) continue;
    }
}

}  // namespace

Task<> menu_server(Network& network, Terminal& terminal, Setting setting) {
    for (;;) {
        auto choice = co_await input(terminal, "input choice t-tcp or u-udp:");
        if (!choice) co_return;
        if (*choice == "t") co_return co_await serve_tcp(network, terminal, setting.at);
        if (*choice == "u") co_return co_await serve_udp(network, terminal, std::move(setting));
        co_await print(terminal, "please input t or u,ok?");
    }
}

}  // namespace sockeye::lessons
