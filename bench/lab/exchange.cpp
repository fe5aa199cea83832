#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/lab/scenario.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::bench {

namespace {

constexpr std::size_t octets_of_request = 100;
constexpr std::size_t octets_of_answer = 1000;

/// @returns octets received before the peer finished, at most `wanted`
Task<std::size_t> receive(Socket& connection, std::size_t wanted) {
    std::array<std::byte, octets_of_answer> buffer;
    std::size_t received = 0;
    while (received < wanted) {
        const auto more = co_await connection.recv_into(std::span{buffer}.first(wanted - received));
        if (!more || *more == 0) break;
        received += *more;
    }
    co_return received;
}

Task<> answer(Socket connection) {
    static constexpr std::array<std::byte, octets_of_answer> text{};
    for (;;) {
        if (co_await receive(connection, octets_of_request) < octets_of_request) co_return;
        const auto sent = co_await connection.sendall(BytesView{std::span{text}});
        if (!sent) co_return;
    }
}

Task<> serve(Network& host, Socket listener) {
    for (;;) {
        auto client = co_await listener.accept();
        if (!client) co_return;
        host.spawn(answer(std::move(client->socket)));
    }
}

Task<> ask(Network& host, Address server, Duration when, int requests, std::size_t& answered) {
    static constexpr std::array<std::byte, octets_of_request> text{};
    (void)co_await host.sleep(when);  // nobody stops it
    auto connection = co_await create_connection(host, server);
    if (!connection) co_return;
    for (int i = 0; i < requests; ++i) {
        const auto sent = co_await connection->sendall(BytesView{std::span{text}});
        if (!sent) co_return;
        if (co_await receive(*connection, octets_of_answer) < octets_of_answer) co_return;
    }
    ++answered;
}

}  // namespace

void require(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "bench_lab: %.*s\n", static_cast<int>(what.size()), what.data());
    std::exit(1);
}

std::string address(std::size_t number) {
    return "10." + std::to_string(number >> 16 & 255) + "." + std::to_string(number >> 8 & 255) + "." +
           std::to_string(number & 255);
}

std::string prefix(std::size_t number, int bits) {
    return address(number) + "/" + std::to_string(bits);
}

Exchange::Exchange(std::span<Host* const> hosts, std::span<const std::string> addresses, std::size_t away,
                   Duration spread, int requests)
    : asked_{hosts.size()} {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        Host& host = *hosts[i];
        host.spawn(serve(host, create_server(host, {addresses[i], 80}).value()));
        const Duration when = spread * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(hosts.size());
        host.spawn(ask(host, Address{addresses[(i + away) % hosts.size()], 80}, when, requests, answered_));
    }
}

void Exchange::await(Lab& lab) const {
    constexpr int seconds = 30;
    for (int i = 0; i < seconds && answered_ < asked_; ++i) require(lab.run_for(1s).has_value(), "no run");
    require(answered_ == asked_, "not every host was answered");
}

}  // namespace sockeye::bench
