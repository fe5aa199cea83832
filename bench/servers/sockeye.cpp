// Sockeye: a coroutine a connection. The third argument names the backend, the fourth how it receives.
#include "sockeye/kernel.hpp"

#include <cstring>
#include <vector>

#include "bench/servers/arguments.hpp"
#include "sockeye/socket.hpp"

using namespace sockeye;

namespace {

Task<> echo(Socket connection, std::size_t buffer) {
    while (auto text = co_await connection.recv(buffer)) {
        if (text->empty()) co_return;
        if (!co_await connection.sendall(*text)) co_return;
    }
}

Task<> echo_into(Socket connection, std::span<std::byte> buffer) {
    while (auto octets = co_await connection.recv_into(buffer)) {
        if (*octets == 0) co_return;
        if (!co_await connection.sendall(buffer.first(*octets))) co_return;
    }
}

Task<> echo_into_its_own(Socket connection, std::size_t size) {
    std::vector<std::byte> buffer(size);
    co_await echo_into(std::move(connection), buffer);
}

Task<> serve(Network& network, Socket server, std::size_t buffer, bool into) {
    while (auto client = co_await server.accept())
        network.spawn(into ? echo_into_its_own(std::move(client->socket), buffer)
                           : echo(std::move(client->socket), buffer));
}

bool is(int argc, char** argv, int which, const char* word) {
    return argc > which && std::strcmp(argv[which], word) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    KernelNetwork network{{.backend = is(argc, argv, 3, "io_uring") ? Backend::io_uring : Backend::epoll}};
    Socket server = create_server(network, {"127.0.0.1", arguments.port}, {.backlog = backlog}).value();
    network.spawn(serve(network, std::move(server), arguments.buffer, is(argc, argv, 4, "into")));
    return network.run() ? 0 : 1;
}
