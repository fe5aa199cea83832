// Lesson 4: your own protocol. TCP is a stream of octets without borders; a length in front of each message
// draws them: four octets, the highest first, as every protocol of the internet writes numbers.
#include <array>

#include "examples/lessons/lessons.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {
namespace {

constexpr std::size_t limit = 65536;  // octets; whoever promises more is not believed

Task<bool> read_exactly(Socket& connection, std::span<std::byte> wanted) {
    while (!wanted.empty()) {
        auto octets = co_await connection.recv_into(wanted);
        if (!octets || *octets == 0) co_return false;
        wanted = wanted.subspan(*octets);
    }
    co_return true;
}

Task<std::optional<std::string>> receive(Socket& connection) {
    std::array<std::byte, 4> length{};
    if (!co_await read_exactly(connection, length)) co_return std::nullopt;
    std::size_t size = 0;
    for (const std::byte octet : length) size = size << 8 | std::to_integer<std::size_t>(octet);
    if (size > limit) co_return std::nullopt;
    std::string text(size, '\0');
    if (!co_await read_exactly(connection, std::as_writable_bytes(std::span{text}))) co_return std::nullopt;
    co_return text;
}

Task<bool> send(Socket& connection, const std::string& text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    std::string message;
    for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(size >> shift);
    message += text;
    co_return (co_await connection.sendall(message)).has_value();
}

}  // namespace

Task<> messages_server(Network& network, Terminal& terminal, Setting setting) {
    Socket server = create_server(network, setting.at).value();
    while (auto client = co_await server.accept())
        while (auto message = co_await receive(client->socket)) {
            co_await print(terminal, *message);
            if (!co_await send(client->socket, "got: " + *message)) break;
        }
}

Task<> messages_client(Network& network, Terminal& terminal, Setting setting) {
    Socket connection = (co_await create_connection(network, setting.at)).value();
    int sent = 0;
    for (auto line = co_await input(terminal); line; line = co_await input(terminal), ++sent)
        if (!co_await send(connection, *line)) co_return;  // all at once: the borders hold
    for (; sent > 0; --sent)
        if (auto answer = co_await receive(connection)) co_await print(terminal, *answer);
}

}  // namespace sockeye::lessons
