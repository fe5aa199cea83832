// Every scenario runs twice to the same frames: whatever a lab can do is in one of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "test/support/determinism.hpp"
#include "test/support/lab_report.hpp"

namespace sockeye {
namespace {

using ::testing::HasSubstr;

constexpr std::uint16_t port = 9001;

Task<> echo(Socket connection) {
    while (true) {
        Result<Bytes> bytes = co_await connection.recv(4096);
        if (!bytes || bytes->empty()) co_return;
        if (Result<void> sent = co_await connection.sendall(*bytes); !sent) co_return;
    }
}

Task<> serve(Host& host) {
    Result<Socket> server = create_server(host, {"0.0.0.0", port});
    while (server) {
        Result<Accepted> accepted = co_await server->accept();
        if (!accepted) co_return;
        host.spawn(echo(std::move(accepted->socket)));
    }
}

/// Sends so many octets, and takes back as many as come within 20 s.
void ask(Host& client, const char* server, std::size_t octets) {
    Result<Socket> connection = create_connection(client, Address{server, port}, 20s).wait();
    if (!connection) return;
    connection->settimeout(20s);
    if (!connection->sendall(std::string(octets, 'x')).wait()) return;
    for (std::size_t got = 0; got < octets;) {
        const Result<Bytes> bytes = connection->recv(4096).wait();
        if (!bytes || bytes->empty()) return;
        got += bytes->size();
    }
}

/// A server and two clients on one switch.
struct Office {
    Switch& lan;
    Host& server;
    Host& client;
    Host& other;

    explicit Office(Lab& lab, CableOptions cable = {}, SwitchOptions options = {})
        : lan{lab.add_switch("lan", options)},
          server{lab.add_host("server", lan, "10.0.0.1/24")},
          client{lab.add_host("client", lan, "10.0.0.2/24", cable)},
          other{lab.add_host("other", lan, "10.0.0.3/24", cable)} {
        lab.run_on(server, serve);
    }
    void ask(std::size_t octets = 50'000) const {
        sockeye::ask(client, "10.0.0.1", octets);
        sockeye::ask(other, "10.0.0.1", octets);
    }
};

void echoes(Lab& lab) {
    Office{lab}.ask();
}

void losses(Lab& lab) {
    Office{lab,
           {.impairments = {.loss = GilbertElliott{.to_bad = 2_percent, .to_good = 30_percent},
                            .duplicate = 1_percent,
                            .corrupt = 1_percent}}}
        .ask();
}

void jitter(Lab& lab) {
    Office{lab, {.impairments = {.delay = 20ms, .jitter = 5ms, .distribution = Distribution::paretonormal}}}
        .ask();
}

void cuts(Lab& lab) {
    const Office office{lab};
    lab.every(2s, [&] { lab.cut("client", "lan"); }, 10s);
    lab.every(3s, [&] { lab.heal("client", "lan"); }, 12s);
    for (int i = 0; i < 10; ++i) {
        office.ask(2000);
        (void)lab.run_for(1s);  // whatever became of the connections
    }
}

void partitions(Lab& lab) {
    const Office office{lab};
    lab.at(300us, [&] { lab.partition({"client"}, {"server"}); });
    lab.at(3s, [&] { lab.heal_partition({"client"}, {"server"}); });
    office.ask(100'000);
}

void held_frames(Lab& lab) {
    const Office office{lab};
    lab.at(300us, [&] { lab.hold("server", "lan"); });
    lab.at(700ms, [&] { lab.release("server", "lan"); });
    office.ask(100'000);
}

void restarts(Lab& lab) {
    const Office office{lab};
    lab.at(300us, [&] { lab.crash("server"); });
    lab.at(1s, [&] { lab.restart("server"); });
    office.ask(100'000);
    office.ask();
}

void vlans(Lab& lab) {
    const Office office{lab};
    lab.set_vlans(office.lan, "client", VlanPort::access(10));
    lab.set_vlans(office.lan, "server", VlanPort::access(10));
    office.ask(5000);
}

void spanning_tree(Lab& lab) {
    const Office office{lab, {}, {.spanning_tree = SpanningTree::on}};
    Switch& second = lab.add_switch("second", {.spanning_tree = SpanningTree::on});
    lab.add_cable(office.lan, second);
    lab.add_cable(office.lan, second);
    Host& far = lab.add_host("far", second, "10.0.0.4/24");
    (void)lab.run_for(31s);
    ask(far, "10.0.0.1", 5000);
    lab.world().cut(3);  // the first of the two
    ask(far, "10.0.0.1", 5000);
    (void)lab.run_for(31s);
    ask(far, "10.0.0.1", 5000);
}

void storm(Lab& lab) {
    const Office office{lab, {}, {.storm_control = 20}};
    Switch& second = lab.add_switch("second", {.storm_control = 20});
    lab.add_cable(office.lan, second);
    lab.add_cable(office.lan, second);
    (void)office.client.run(ping(office.client, Address{"10.0.0.1", 0}));  // asks everybody
    (void)lab.run_for(1s);
}

void routers(Lab& lab) {
    const Office office{lab};
    Switch& far_lan = lab.add_switch("far_lan");
    Host& far = lab.add_host("far", far_lan, "10.0.9.1/24");
    Host& near_router = lab.add_router("near_router");
    Host& far_router = lab.add_router("far_router");
    Host& third = lab.add_router("third");
    lab.connect(near_router, office.lan, "10.0.0.254/24");
    lab.connect(far_router, far_lan, "10.0.9.254/24");
    lab.connect(near_router, "10.1.0.1/30", far_router, "10.1.0.2/30");
    lab.connect(near_router, "10.2.0.1/30", third, "10.2.0.2/30");
    lab.connect(third, "10.3.0.1/30", far_router, "10.3.0.2/30");
    lab.add_route(office.server, "0.0.0.0/0", "10.0.0.254");
    lab.add_route(far, "0.0.0.0/0", "10.0.9.254");
    lab.at(300us, [&] { lab.cut("near_router", "far_router"); });
    ask(far, "10.0.0.1", 100'000);
}

void nat(Lab& lab) {
    const Office office{lab};
    Switch& inside = lab.add_switch("inside");
    Host& gateway = lab.add_router("gateway");
    Host& hidden = lab.add_host("hidden", inside, "192.168.0.2/24");
    lab.connect(gateway, office.lan, "10.0.0.254/24");
    lab.connect(gateway, inside, "192.168.0.1/24");
    lab.enable_nat(gateway, "eth0");
    lab.add_route(hidden, "0.0.0.0/0", "192.168.0.1");
    ask(hidden, "10.0.0.1", 20'000);
}

void both_families(Lab& lab) {
    const Office office{lab};
    lab.claim_address(office.server, "2001:db8::1/64");
    lab.claim_address(office.client, "2001:db8::2/64");
    (void)lab.run_for(5s);
    (void)office.client.run(ping(office.client, Address::parse("[2001:db8::1]:0").value()));
    office.ask(100);
}

struct Case {
    const char* name;
    void (*run)(Lab& lab);
};

class Determinism : public ::testing::TestWithParam<Case> {};

TEST_P(Determinism, TheSameTwice) {
    test::expect_same_twice(GetParam().run, {.seed = 7});
    test::expect_same_twice(GetParam().run, {.seed = 1234567890123});
}

INSTANTIATE_TEST_SUITE_P(Labs, Determinism,
                         ::testing::Values(Case{"echoes", echoes}, Case{"losses", losses},
                                           Case{"jitter", jitter}, Case{"cuts", cuts},
                                           Case{"partitions", partitions}, Case{"held_frames", held_frames},
                                           Case{"restarts", restarts}, Case{"vlans", vlans},
                                           Case{"spanning_tree", spanning_tree}, Case{"storm", storm},
                                           Case{"routers", routers}, Case{"nat", nat},
                                           Case{"both_families", both_families}),
                         [](const auto& one) { return one.param.name; });

TEST(FirstDifference, ShowsTheFirstFrameThatDiffersAsBothLabsHaveIt) {
    const auto run = [](Lab& lab, const char* text) {
        Switch& lan = lab.add_switch("lan");
        lab.add_host("b", lan, "10.0.0.2/24");
        Host& a = lab.add_host("a", lan, "10.0.0.1/24");
        Socket socket{a, Family::inet, SocketType::datagram};
        (void)socket.sendto(text, {"10.0.0.2", 9}).wait();  // nobody listens, and that is fine
        (void)lab.run_for(1s);
    };
    Lab first;
    Lab second;
    run(first, "one");
    run(second, "two");
    EXPECT_EQ(test::first_difference(first, first), "");
    const std::string difference = test::first_difference(first, second);
    EXPECT_THAT(difference, HasSubstr("frame 4 differs:\n"));
    EXPECT_THAT(difference, HasSubstr("a:eth0 > lan:2, arrives: "));
    EXPECT_THAT(difference, HasSubstr("6f6e65] in the first,\n"));
    EXPECT_THAT(difference, HasSubstr("74776f] in the second"));
}

TEST(LabReport, SaysSeedTimeHostPacketsAndHowToSeeItAgain) {
    Lab lab{{.seed = 42}};
    echoes(lab);
    const std::string report = test::report_of(lab, "Suite.Name");
    EXPECT_THAT(report, HasSubstr("lab: seed 42, "));
    EXPECT_THAT(report, HasSubstr("last to run: server\n"));
    EXPECT_THAT(report, HasSubstr("what it tells\n"));
    EXPECT_THAT(report, HasSubstr("again: ./dev test '^Suite.Name$'\n"));
    EXPECT_EQ(std::ranges::count(report, '\n'), 1 + 1 + 20 + 1);
}

}  // namespace
}  // namespace sockeye
