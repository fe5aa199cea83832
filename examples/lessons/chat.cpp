// Lesson 1: a chat over TCP in strict turns. The server speaks first, and serves one client after the other.
#include "examples/lessons/lessons.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> chat_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_server(network, setting.at).value();
    while (auto client = co_await server.accept()) {
        for (;;) {
            auto line = co_await input(terminal, "服務端:");
            if (!line) co_return;  // nobody is at the keyboard any more
            if (!co_await client->socket.sendall(*line)) break;
            auto answer = co_await client->socket.recv(1024);
            if (!answer || answer->empty() || answer->text() == "byebye") break;
            co_await print(terminal, std::string{answer->text()});
        }
    }
}

Task<> chat_client(Network& network, Terminal& terminal, Setting setting) {
    Socket connection = (co_await create_connection(network, setting.at)).value();
    for (;;) {
        auto text = co_await connection.recv(1024);
        if (!text || text->empty()) co_return;  // the server has gone
        co_await print(terminal, std::string{text->text()});
        auto line = co_await input(terminal, "客服端:");
        if (!line || !co_await connection.sendall(*line)) co_return;
        if (*line == "byebye") co_return;
    }
}

}  // namespace sockeye::lessons
