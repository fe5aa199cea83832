// The scenarios in which little happens: hosts that get their addresses, and connections that are idle.
#include <memory>
#include <utility>
#include <vector>

#include "app/dhcp/programs.hpp"
#include "bench/lab/scenario.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::bench {

namespace {

struct Configured : app::dhcp::ClientObserver {
    explicit Configured(std::size_t& hosts_) : hosts{hosts_} {}
    void configured(const app::dhcp::Lease&) override { ++hosts; }
    std::size_t& hosts;
};

IpAddress ip(const std::string& text) {
    return IpAddress::parse(text).value();
}

Task<> hold(Socket listener, std::vector<Socket>& held) {
    for (;;) {
        auto client = co_await listener.accept();
        if (!client) co_return;
        held.push_back(std::move(client->socket));
    }
}

Task<> keep_alive(Network& host, Address server) {
    auto connection = co_await create_connection(host, server);
    if (!connection) co_return;
    connection->setsockopt(option::so_keepalive, true).value();
    connection->setsockopt(option::tcp_keepidle, 10s).value();
    connection->setsockopt(option::tcp_keepintvl, 10s).value();
    (void)co_await connection->recv(1);  // that it ends at all is wrong
    require(false, "an idle connection has ended");
}

}  // namespace

void dhcp(Lab& lab, std::size_t hosts, Watch& watch) {
    constexpr std::size_t fan_out = 15;
    Switch& core = lab.add_switch("core");
    Host& server = lab.add_host("server", core, "10.0.0.1/16");
    auto logic = std::make_shared<app::dhcp::Server>(
        app::dhcp::ServerConfig{.subnets = {{.network = Prefix::parse("10.0.0.0/16").value(),
                                             .first = ip("10.0.1.0"),
                                             .last = ip("10.0.255.254"),
                                             .routers = {ip("10.0.0.1")}}}});
    server.spawn(app::dhcp::serve(server, {{.card = 1, .address = ip("10.0.0.1")}}, logic));
    std::size_t configured = 0;
    std::vector<std::unique_ptr<Configured>> clients;
    Switch* lan = nullptr;
    for (std::size_t i = 0; i < hosts; ++i) {
        if (i % fan_out == 0) {
            lan = &lab.add_switch("s" + std::to_string(i / fan_out));
            lab.add_cable(*lan, core);
        }
        Host& host = lab.add_host("h" + std::to_string(i), *lan);
        clients.push_back(std::make_unique<Configured>(configured));
        host.spawn(app::dhcp::keep_configured(host, {}, clients.back().get()));
    }
    watch.built();
    for (int i = 0; i < 300 && configured < hosts; ++i) require(lab.run_for(100ms).has_value(), "no run");
    require(configured == hosts, "not every host has an address");
}

void idle(Lab& lab, std::size_t hosts, Watch& watch) {
    Switch& lan = lab.add_switch("lan");
    std::vector<Host*> all;
    std::vector<Socket> held;
    for (std::size_t i = 0; i < hosts; ++i) {
        all.push_back(&lab.add_host("h" + std::to_string(i), lan, prefix(i + 1, 8)));
        all[i]->spawn(hold(create_server(*all[i], {address(i + 1), 80}).value(), held));
    }
    for (std::size_t i = 0; i < hosts; ++i)
        all[i]->spawn(keep_alive(*all[i], Address{address((i + hosts / 2) % hosts + 1), 80}));
    watch.built();
    // In parts: two hours without payload are more than a run's horizon.
    for (int i = 0; i < 12; ++i) require(lab.run_for(10min).has_value(), "no run");
    require(held.size() == hosts, "not every host is connected");
}

}  // namespace sockeye::bench
