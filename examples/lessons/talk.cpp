// Lesson 2: the communication loop. Many requests on one connection, until the client is done with it.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> talk_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_server(network, setting.at).value();
    while (auto client = co_await server.accept()) {
        co_await print(terminal, pair(client->peer));
        for (;;) {
            auto request = co_await client->socket.recv(1024);
            if (!request) {  // the peer broke off (RST): Python raises ConnectionResetError here
                co_await print(terminal, request.error().message());
                break;
            }
            if (request->empty()) break;  // the peer has finished (FIN)
            const std::string reply = upper(request->text());
            if (!co_await client->socket.sendall(reply)) break;
        }
    }
}

Task<> talk_client(Network& network, Terminal& terminal, Setting setting) {
    Socket connection = (co_await create_connection(network, setting.at)).value();
    for (;;) {
        auto line = co_await input(terminal, ">>:");
        if (!line || *line == "q") co_return;
        if (!co_await connection.sendall(*line)) co_return;
        auto answer = co_await connection.recv(1024);
        if (!answer || answer->empty()) co_return;
        co_await print(terminal, std::string{answer->text()});
    }
}

}  // namespace sockeye::lessons
