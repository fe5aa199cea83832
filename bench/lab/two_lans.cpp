#include <array>
#include <memory>
#include <utility>

#include "bench/lab/scenario.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::bench {

namespace {

constexpr std::size_t block = 65536;  // octets a call
constexpr int echoes = 1000;
constexpr std::size_t octets_of_echo = 100;

Task<> sink(Socket listener, std::size_t& received) {
    auto client = co_await listener.accept();
    if (!client) co_return;
    Socket connection = std::move(client->socket);
    const auto buffer = std::make_unique<std::array<std::byte, block>>();
    for (;;) {
        const auto more = co_await connection.recv_into(std::span{*buffer});
        if (!more || *more == 0) co_return;
        received += *more;
    }
}

Task<> source(Network& host, Address server, std::size_t octets) {
    auto connection = co_await create_connection(host, server);
    if (!connection) co_return;
    const auto text = std::make_unique<std::array<std::byte, block>>();
    while (octets > 0) {
        const std::size_t next = std::min(block, octets);
        const auto sent = co_await connection->sendall(BytesView{std::span{*text}.first(next)});
        if (!sent) co_return;
        octets -= next;
    }
}

Task<> echo(Socket socket) {
    for (;;) {
        auto request = co_await socket.recvfrom(octets_of_echo);
        if (!request) co_return;
        const auto sent = co_await socket.sendto(request->bytes, request->sender);
        if (!sent) co_return;
    }
}

/// One a millisecond.
Task<> ask(Network& host, Address server, int& answers) {
    static constexpr std::array<std::byte, octets_of_echo> text{};
    Socket socket{host, Family::inet, SocketType::datagram};
    for (int i = 0; i < echoes; ++i) {
        const auto sent = co_await socket.sendto(BytesView{std::span{text}}, server);
        if (!sent) co_return;
        const auto answer = co_await socket.recvfrom(octets_of_echo);
        if (!answer) co_return;
        ++answers;
        (void)co_await host.sleep(1ms);  // nobody stops it
    }
}

}  // namespace

void two_lans(Lab& lab, std::size_t megabytes, Watch& watch) {
    constexpr CableOptions cable{.delay = 5us};
    Host& router = lab.add_router("router");
    std::array<std::array<Host*, 4>, 2> hosts{};
    for (std::size_t lan = 0; lan < 2; ++lan) {
        Switch& middle = lab.add_switch("lan" + std::to_string(lan));
        lab.connect(router, middle, prefix(lan * 256 + 254, 24), cable);
        for (std::size_t i = 0; i < 4; ++i) {
            const std::string name = "h" + std::to_string(lan) + std::to_string(i);
            hosts[lan][i] = &lab.add_host(name, middle, prefix(lan * 256 + 1 + i, 24), cable);
            lab.add_route(*hosts[lan][i], "0.0.0.0/0", address(lan * 256 + 254));
        }
    }
    const std::size_t octets = megabytes * 1'000'000;
    std::size_t received = 0;
    int answers = 0;
    hosts[1][0]->spawn(sink(create_server(*hosts[1][0], {address(257), 80}).value(), received));
    hosts[0][0]->spawn(source(*hosts[0][0], Address{address(257), 80}, octets));
    hosts[1][1]->spawn(echo(create_datagram_server(*hosts[1][1], {address(258), 7}).value()));
    hosts[0][1]->spawn(ask(*hosts[0][1], Address{address(258), 7}, answers));
    watch.built();
    require(lab.run_for(10s).has_value(), "no run");
    require(received == octets && answers == echoes, "the two LANs are not done after ten seconds");
}

}  // namespace sockeye::bench
