// Lesson 2: socket, bind, listen, accept, recv, send, close; and connect, send, recv. Each once.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> once_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_server(network, setting.at, {.backlog = 5}).value();
    Socket connection = (co_await server.accept()).value().socket;
    auto request = co_await connection.recv(1024);
    if (!request) co_return;
    co_await print(terminal, repr(request->text()));
    if (!co_await connection.sendall("helloworld")) co_return;
    if (!co_await network.sleep(1s)) co_return;
    connection.close();
    server.close();
}

Task<> once_client(Network& network, Terminal& terminal, Setting setting) {
    Socket connection = (co_await create_connection(network, setting.at)).value();
    if (!co_await connection.sendall("sb")) co_return;
    auto answer = co_await connection.recv(1024);
    if (answer) co_await print(terminal, repr(answer->text()));
}

}  // namespace sockeye::lessons
