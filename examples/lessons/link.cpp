// Lesson 2: the link loop. A connection for each request, one client after the other.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> link_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_server(network, setting.at).value();
    while (auto client = co_await server.accept()) {
        const Address here = client->socket.getsockname().value_or(setting.at);
        co_await print(terminal, "<socket laddr=" + pair(here) + ", raddr=" + pair(client->peer) + "> " +
                                     pair(client->peer));
        auto request = co_await client->socket.recv(1024);
        if (!request) continue;
        const std::string reply = upper(request->text());
        if (!co_await client->socket.sendall(reply)) continue;  // the client is gone; the next may come
    }
}

Task<> link_client(Network& network, Terminal& terminal, Setting setting) {
    auto line = co_await input(terminal, ">>:");
    if (!line) co_return;
    Socket connection = (co_await create_connection(network, setting.at)).value();
    if (!co_await connection.sendall(*line)) co_return;
    auto answer = co_await connection.recv(1024);
    if (answer) co_await print(terminal, std::string{answer->text()});
}

}  // namespace sockeye::lessons
