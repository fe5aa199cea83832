// An echo server. With a port it serves until it is killed; without one it serves a client of its own.
#include <cstdlib>
#include <iostream>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"

using namespace sockeye;

Task<> echo(Socket connection) {
    while (auto text = co_await connection.recv(1024)) {
        if (text->empty()) co_return;                        // the peer closed (FIN)
        if (!co_await connection.sendall(*text)) co_return;  // the peer is gone (RST)
    }
}

Task<> serve(Network& network, Socket server) {
    while (auto client = co_await server.accept()) network.spawn(echo(std::move(client->socket)));
}

int main(int argc, char** argv) {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
    KernelNetwork network;
    Socket server = create_server(network, {"127.0.0.1", port}).value();
    const Address here = server.getsockname().value();
    std::cout << "listening on " << here.to_string() << '\n' << std::flush;
    network.spawn(serve(network, std::move(server)));
    if (port != 0) return network.run() ? 0 : 1;

    Socket client = create_connection(network, here).wait().value();
    client.sendall("hello, sockeye").wait().value();
    const Bytes answer = client.recv(1024).wait().value();
    std::cout << answer.text() << '\n';
    return answer.text() == "hello, sockeye" ? 0 : 1;
}
