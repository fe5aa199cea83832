#include "app/bench_server.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sockeye::app {
namespace {

constexpr std::array opening_lines{
    std::string_view{"sockeye-bench upload\n"},
    std::string_view{"sockeye-bench download\n"},
    std::string_view{"sockeye-bench both\n"},
    std::string_view{"sockeye-bench echo\n"},
};
constexpr std::size_t longest_line = 64;

using Buffer = std::vector<std::byte>;

/// Takes the opening line off the front of `received`.
/// @returns nothing where it may yet become one
std::optional<BenchKind> kind_of(std::string_view received) {
    for (std::size_t i = 0; i < opening_lines.size(); ++i) {
        if (received.starts_with(opening_lines[i])) return static_cast<BenchKind>(i);
        if (opening_lines[i].starts_with(received)) return std::nullopt;
    }
    return BenchKind::upload;
}

Task<> discard_all(Socket& connection, Buffer& buffer) {
    for (;;) {
        Result<std::size_t> octets = co_await connection.recv_into(buffer);
        if (!octets || *octets == 0) co_return;
    }
}

/// Until the client has finished, or is gone.
Task<> echo_all(Socket& connection, Buffer& buffer, std::string first) {
    Result<void> sent = co_await connection.sendall(first);
    while (sent) {
        Result<std::size_t> octets = co_await connection.recv_into(buffer);
        if (!octets || *octets == 0) co_return;
        sent = co_await connection.sendall(std::span<const std::byte>{buffer}.first(*octets));
    }
}

/// Until it is stopped, or the client is gone.
Task<> give_octets(std::shared_ptr<Socket> connection) {
    const Buffer octets(bulk);
    Result<void> sent;
    while (sent) sent = co_await connection->sendall(std::span<const std::byte>{octets});
}

}  // namespace

std::string_view opening_line(BenchKind kind) {
    return opening_lines[static_cast<std::size_t>(kind)];
}

Task<> bench_session(Network& network, Socket connection, Prepare prepare) {
    // What gives shares the socket with what takes, and sees its end in a turn of its own.
    const auto shared = std::make_shared<Socket>(std::move(connection));
    if (prepare) prepare(*shared);
    std::string first;
    std::optional<BenchKind> kind;
    while (!kind) {
        Result<Bytes> some = co_await shared->recv(longest_line);
        if (!some || some->empty()) co_return;
        first += some->text();
        kind = kind_of(first);
    }
    Buffer buffer(bulk);
    if (*kind == BenchKind::echoed) {
        co_await echo_all(*shared, buffer, std::move(first));
        co_return;
    }
    std::stop_source giving;
    if (*kind != BenchKind::upload) network.spawn(give_octets(shared), giving.get_token());
    co_await discard_all(*shared, buffer);
    giving.request_stop();
}

SessionMaker bench_sessions(Network& network, Prepare prepare) {
    return [&network, prepare = std::move(prepare)](Socket connection, Address) {
        return bench_session(network, std::move(connection), prepare);
    };
}

}  // namespace sockeye::app
