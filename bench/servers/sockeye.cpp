// Sockeye: a coroutine a connection. Its words: io_uring, or epoll is the backend; into or upper is what a
// session does otherwise than receive and echo; spin.
#include "sockeye/kernel.hpp"

#include <cctype>
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

void make_upper(Bytes& text) {
    for (std::byte& octet : std::span{text.data(), text.size()})
        octet = static_cast<std::byte>(std::toupper(std::to_integer<int>(octet)));
}

Task<> upper(Socket connection, std::size_t buffer) {
    while (auto text = co_await connection.recv(buffer)) {
        if (text->empty()) co_return;
        make_upper(*text);
        if (!co_await connection.sendall(*text)) co_return;
    }
}

using Session = Task<> (*)(Socket connection, std::size_t buffer);

Task<> serve(Network& network, Socket server, std::size_t buffer, Session session) {
    while (auto client = co_await server.accept()) network.spawn(session(std::move(client->socket), buffer));
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    KernelNetwork network{{.backend = arguments.has("io_uring") ? Backend::io_uring : Backend::epoll,
                           .spin = arguments.has("spin") ? Duration{spin} : Duration::zero()}};
    Socket server = create_server(network, {"127.0.0.1", arguments.port}, {.backlog = backlog}).value();
    const Session session = arguments.has("into") ? echo_into_its_own : arguments.has("upper") ? upper : echo;
    network.spawn(serve(network, std::move(server), arguments.buffer, session));
    return network.run() ? 0 : 1;
}
