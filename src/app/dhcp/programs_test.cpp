// DHCP in a lab: hosts that boot, a server, a relay between.
#include "app/dhcp/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "app/dns/server.hpp"
#include "app/dns/zone_file.hpp"
#include "lab/journey.hpp"
#include "lab/world.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/event.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"
#include "wire/text.hpp"

namespace sockeye::app::dhcp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

Subnet subnet(std::string_view network, std::string_view first, std::string_view last,
              std::string_view router) {
    return {.network = Prefix::parse(network).value(),
            .first = ip(first),
            .last = ip(last),
            .routers = {ip(router)}};
}

/// What becomes of leases, with the time: "0.000013 lease 192.168.1.101".
struct ServerLog : ServerObserver {
    explicit ServerLog(Lab& lab_) : lab{lab_} {}

    void leased(const Binding& b) override { note("lease " + b.ip.to_string()); }
    void released(const Binding& b) override { note("release " + b.ip.to_string()); }
    void declined(const IpAddress& address, const wire::MacAddress&) override {
        note("decline " + address.to_string());
    }
    void exhausted(const Prefix& network, const wire::MacAddress&) override {
        note("exhausted " + network.to_string());
    }
    void note(const std::string& what) { lines.push_back(to_string(lab.now(), 0) + " " + what); }

    Lab& lab;
    std::vector<std::string> lines;
};

/// Sets its event as soon as the host has an address.
struct ClientLog final : ClientObserver {
    explicit ClientLog(Network& host) : network{host}, has_address{host} {}

    void state_changed(ClientState state) override { states.emplace_back(to_string(state)); }
    void configured(const Lease& lease) override {
        address = lease.address.address.to_string();
        has_address.set();
    }
    void unconfigured(const Lease&, std::string_view why) override {
        address.clear();
        has_address.clear();
        dropped.push_back(sockeye::to_string(network.now(), 0) + " " + std::string{why});
    }
    void failed(const Error& why) override { failures.push_back(why.message()); }

    Network& network;
    Event has_address;
    std::string address;
    std::vector<std::string> states;
    std::vector<std::string> dropped;
    std::vector<std::string> failures;
};

/// A LAN with a server in it, for laptops that boot.
struct DhcpLan : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& gw = lab.add_host("gw", lan, "192.168.1.1/24");
    ServerLog log{lab};
    Subnet config = subnet("192.168.1.0/24", "192.168.1.101", "192.168.1.200", "192.168.1.1");
    std::shared_ptr<Server> server;

    void serve_leases() {
        server = std::make_shared<Server>(ServerConfig{.subnets = {config}}, &log);
        gw.spawn(serve(gw, {{1, ip("192.168.1.1")}}, server));
    }
    /// @returns how long it took
    Duration boot(ClientLog& client, ClientOptions options = {}) {
        const Instant began = lab.now();
        client.network.spawn(keep_configured(client.network, std::move(options), &client));
        client.has_address.wait(1min).wait().value();
        return lab.now() - began;
    }
    static std::string addresses(Network& host) {
        std::string text;
        const std::vector<CardInfo> cards = card_list(host).value();
        for (const Prefix& each : cards.at(0).addresses)
            if (each.address.family() == Family::inet) text += each.to_string();
        return text;
    }
    /// Of the frames, as their senders sent them, those whose line of text has this in it.
    std::vector<std::string> frames(std::string_view part) const {
        std::vector<std::string> found;
        for (const lab::Journey& journey : lab::journeys(lab.world())) {
            std::string line = wire::to_line(journey.first->frame.bytes());
            if (line.contains(part)) found.push_back(std::move(line));
        }
        return found;
    }
};

TEST_F(DhcpLan, AHostThatBootsGetsAnAddressThatIsItsAlone) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    const Duration took = boot(client);
    EXPECT_GE(took, 4s) << "three ARP probes (RFC 5227)";
    EXPECT_LE(took, 7s);
    EXPECT_EQ(addresses(alice), "192.168.1.101/24");
    EXPECT_THAT(client.states, ElementsAre("SELECTING", "REQUESTING", "CHECKING", "BOUND"));
    EXPECT_THAT(client.failures, IsEmpty());
    EXPECT_THAT(frames("DHCP"), ElementsAre(HasSubstr("DISCOVER"), HasSubstr("OFFER"), HasSubstr("REQUEST"),
                                            HasSubstr("ACK")));
    EXPECT_EQ(frames("192.168.1.101? tell 0.0.0.0").size(), 3U) << ladder(lab);
}

TEST_F(DhcpLan, TheOfferIsForTheCardThatAskedAndNotForAll) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    boot(client, {.probe = false});
    EXPECT_LT(lab.now(), Instant{1ms});
    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    EXPECT_EQ(
        test::tshark(lab.pcapng(), "-Y dhcp -T fields -e eth.dst -e ip.src -e ip.dst -e dhcp.option.dhcp"),
        "ff:ff:ff:ff:ff:ff\t0.0.0.0\t255.255.255.255\t1\n"
        "02:00:00:00:00:02\t192.168.1.1\t192.168.1.101\t2\n"
        "ff:ff:ff:ff:ff:ff\t0.0.0.0\t255.255.255.255\t3\n"
        "02:00:00:00:00:02\t192.168.1.1\t192.168.1.101\t5\n");
    EXPECT_EQ(test::tshark(lab.pcapng(), "-Y _ws.malformed"), "");
}

TEST_F(DhcpLan, AClientThatHearsNothingElseIsToldWithAllOthers) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    boot(client, {.probe = false, .broadcast = true});
    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    EXPECT_EQ(test::tshark(lab.pcapng(), "-Y dhcp.type==2 -T fields -e eth.dst -e ip.dst"),
              "ff:ff:ff:ff:ff:ff\t255.255.255.255\nff:ff:ff:ff:ff:ff\t255.255.255.255\n");
}

TEST_F(DhcpLan, TheLeaseIsRenewedAtHalfItsTime) {
    config.lease = 120s;
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    boot(client, {.probe = false});
    ASSERT_TRUE(lab.run_for(200s));
    EXPECT_THAT(log.lines, ElementsAre("0 lease 192.168.1.101", "60 lease 192.168.1.101",
                                       "120 lease 192.168.1.101", "180 lease 192.168.1.101"));
    EXPECT_THAT(client.dropped, IsEmpty());
    EXPECT_EQ(frames("DISCOVER").size(), 1U);
}

TEST_F(DhcpLan, AnotherServerExtendsItAtSevenEighthsWhenTheFirstIsGone) {
    config.lease = 800s;
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    boot(client, {.probe = false});
    lab.crash("gw");
    Host& spare = lab.add_host("spare", lan, "192.168.1.2/24");
    ServerLog spare_log{lab};
    const auto other = std::make_shared<Server>(ServerConfig{.subnets = {config}}, &spare_log);
    // It knows of the lease, as servers do that share their leases (RFC 2131 section 2.2.2 has no protocol
    // for it).
    wire::DhcpMessage known{.mac = wire::MacAddress{{2, 0, 0, 0, 0, 2}}};
    known.options.set_u8(wire::DhcpOption::message_type,
                         static_cast<std::uint8_t>(wire::DhcpMessageType::discover));
    (void)other->receive(known, ip("192.168.1.2"), lab.now());  // its offer goes nowhere
    spare.spawn(serve(spare, {{1, ip("192.168.1.2")}}, other));
    ASSERT_TRUE(lab.run_for(750s));
    EXPECT_THAT(spare_log.lines, ElementsAre("700 lease 192.168.1.101"));
    EXPECT_THAT(client.dropped, IsEmpty());
    EXPECT_EQ(client.states.back(), "BOUND");
}

TEST_F(DhcpLan, WithoutAServerTheAddressIsGivenUpWhenTheLeaseEnds) {
    config.lease = 120s;
    config.name_servers = {ip("192.168.1.1")};
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    boot(client, {.probe = false});
    lab.cut("gw", "lan");
    ASSERT_TRUE(lab.run_for(119s));
    EXPECT_EQ(addresses(alice), "192.168.1.101/24");
    ASSERT_TRUE(lab.run_for(2s));
    EXPECT_EQ(addresses(alice), "");
    EXPECT_THAT(client.dropped, ElementsAre("120 the lease has ended"));
    Socket socket{alice, Family::inet, SocketType::datagram};
    EXPECT_EQ(socket.sendto("hi", Address{"192.0.2.1", 9}).wait().error(), Errc::unreachable);
    EXPECT_THAT(gethostbyname(alice, "web.example").wait().error().message(),
                HasSubstr("knows no name server"));

    lab.heal("gw", "lan");
    ASSERT_TRUE(client.has_address.wait(70s).wait());
    EXPECT_EQ(addresses(alice), "192.168.1.101/24");
}

TEST_F(DhcpLan, AnAddressThatSomebodyTookByHandIsDeclinedAndAnotherOneGiven) {
    serve_leases();
    lab.add_host("squatter", lan, "192.168.1.101/24");
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    EXPECT_GE(boot(client), 14s) << "ten seconds' pause, and the probes for the other one";
    EXPECT_EQ(addresses(alice), "192.168.1.102/24");
    ASSERT_EQ(log.lines.size(), 3U);
    EXPECT_THAT(log.lines[1], HasSubstr("decline 192.168.1.101"));
    EXPECT_EQ(lab.conflicts().size(), 1U);
}

TEST_F(DhcpLan, ThePoolThatIsExhaustedIsReportedAndServesAgainWhenSomebodyLeaves) {
    config.last = ip("192.168.1.102");
    serve_leases();
    Host& one = lab.add_host("one", lan);
    Host& two = lab.add_host("two", lan);
    Host& three = lab.add_host("three", lan);
    ClientLog first{one};
    ClientLog second{two};
    ClientLog third{three};
    std::stop_source leaving;
    one.spawn(keep_configured(one, {.probe = false}, &first), leaving.get_token());
    two.spawn(keep_configured(two, {.probe = false}, &second));
    ASSERT_TRUE(lab.run_for(1s));
    three.spawn(keep_configured(three, {.probe = false}, &third));
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_EQ(addresses(three), "");
    EXPECT_THAT(log.lines,
                ElementsAre("0 lease 192.168.1.101", "0 lease 192.168.1.102", "1 exhausted 192.168.1.0/24"));
    leaving.request_stop();
    ASSERT_TRUE(third.has_address.wait(20s).wait());
    EXPECT_EQ(addresses(three), "192.168.1.101/24");
    EXPECT_EQ(addresses(one), "");
    EXPECT_THAT(log.lines.at(3), HasSubstr("release 192.168.1.101"));
}

TEST_F(DhcpLan, AHostThatWasHereBeforeAsksForItsAddressAtOnce) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog before{alice};
    std::stop_source off;
    alice.spawn(keep_configured(alice, {.probe = false}, &before), off.get_token());
    ASSERT_TRUE(lab.run_for(1s));
    off.request_stop();
    ASSERT_TRUE(lab.run_for(2s));
    ClientLog after{alice};
    boot(after, {.previous = ip("192.168.1.101"), .probe = false});
    EXPECT_THAT(after.states, ElementsAre("REBOOTING", "BOUND"));
    EXPECT_EQ(frames("DISCOVER").size(), 1U);
}

TEST_F(DhcpLan, AHostThatIsStoppedWhileItAsksForObjectionsTakesNothing) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    ClientLog client{alice};
    std::stop_source off;
    alice.spawn(keep_configured(alice, {}, &client), off.get_token());
    ASSERT_TRUE(lab.run_for(2s));
    EXPECT_EQ(client.states.back(), "CHECKING");
    off.request_stop();
    ASSERT_TRUE(lab.run_for(20s));
    EXPECT_EQ(addresses(alice), "");
    EXPECT_EQ(client.address, "");
    EXPECT_THAT(client.failures, IsEmpty());
}

TEST_F(DhcpLan, ACardHasItsReservation) {
    config.reservations = {{wire::MacAddress{{2, 0, 0, 0, 0, 3}}, ip("192.168.1.50")}};
    serve_leases();
    Host& any = lab.add_host("any", lan);
    Host& printer = lab.add_host("printer", lan);
    ClientLog one{any};
    ClientLog other{printer};
    boot(one, {.probe = false});
    boot(other, {.probe = false});
    EXPECT_EQ(addresses(any), "192.168.1.101/24");
    EXPECT_EQ(addresses(printer), "192.168.1.50/24");
}

TEST_F(DhcpLan, WhoeverBootsAtTheSameTimeGetsAnAddressOfItsOwn) {
    serve_leases();
    std::vector<std::unique_ptr<ClientLog>> clients;
    std::set<std::string> given;
    for (int i = 0; i < 20; ++i) {
        Host& host = lab.add_host("host" + std::to_string(i), lan);
        clients.push_back(std::make_unique<ClientLog>(host));
        host.spawn(keep_configured(host, {}, clients.back().get()));
    }
    ASSERT_TRUE(lab.run_for(8s));
    for (const auto& client : clients) given.insert(client->address);
    EXPECT_EQ(given.size(), 20U);
    EXPECT_FALSE(given.contains(""));
    EXPECT_THAT(lab.conflicts(), IsEmpty());
}

TEST_F(DhcpLan, AMessageThatIsLostIsSentAgain) {
    serve_leases();
    Host& alice = lab.add_host("alice", lan);
    lab.cut("gw", "lan");
    lab.at(5s, [&] { lab.heal("gw", "lan"); });
    ClientLog client{alice};
    const Duration took = boot(client, {.probe = false});
    EXPECT_GE(took, 10s) << "4 s and 8 s, each up to a second more or less";
    EXPECT_LE(took, 14s);
}

/// Two networks and a router; the server is on one of them.
TEST(DhcpRelay, ServesANetworkThatTheServerIsNotIn_Rfc1542) {
    Lab lab;
    Switch& near = lab.add_switch("near");
    Switch& far = lab.add_switch("far");
    Host& router = lab.add_router("router");
    lab.connect(router, near, "192.168.1.1/24");
    lab.connect(router, far, "192.168.2.1/24");
    Host& server = lab.add_host("server", near, "192.168.1.2/24");
    lab.add_route(server, "0.0.0.0/0", "192.168.1.1");
    Host& alice = lab.add_host("alice", far);
    ServerLog log{lab};
    Subnet behind = subnet("192.168.2.0/24", "192.168.2.10", "192.168.2.20", "192.168.2.1");
    behind.lease = 120s;
    server.spawn(serve(server, {{1, ip("192.168.1.2")}},
                       std::make_shared<Server>(ServerConfig{.subnets = {behind}}, &log)));
    router.spawn(relay(router, {{2, ip("192.168.2.1")}}, ip("192.168.1.2")));
    ClientLog client{alice};
    alice.spawn(keep_configured(alice, {}, &client));
    ASSERT_TRUE(client.has_address.wait(20s).wait());
    EXPECT_EQ(client.address, "192.168.2.10");
    EXPECT_THAT(client.failures, IsEmpty());
    ASSERT_TRUE(lab.run_for(70s));
    EXPECT_THAT(log.lines, ElementsAre("0 lease 192.168.2.10", "60 lease 192.168.2.10"))
        << "renewed with the server itself, through the router";
}

/// Twice the same, frame for frame.
TEST(Dhcp, FollowsFromTheSeedAlone) {
    const auto run = [](std::uint64_t seed) {
        Lab lab{{.seed = seed}};
        Switch& lan = lab.add_switch("lan");
        Host& gw = lab.add_host("gw", lan, "192.168.1.1/24");
        const Subnet config = subnet("192.168.1.0/24", "192.168.1.101", "192.168.1.200", "192.168.1.1");
        gw.spawn(
            serve(gw, {{1, ip("192.168.1.1")}}, std::make_shared<Server>(ServerConfig{.subnets = {config}})));
        for (int i = 0; i < 5; ++i) {
            Host& host = lab.add_host("host" + std::to_string(i), lan);
            host.spawn(keep_configured(host, {.start_delay = 10s}));
        }
        (void)lab.run_for(30s);
        return lab.hash();
    };
    EXPECT_EQ(run(7), run(7));
    EXPECT_NE(run(7), run(8));
}

TEST(Dhcp, LeavesTheMachinesOwnCardsToItsAdministrator) {
    KernelNetwork machine;
    ClientLog client{machine};
    ASSERT_TRUE(machine.run(keep_configured(machine, {}, &client)));
    EXPECT_THAT(client.failures, ElementsAre(HasSubstr("unsupported")));
}

/// The office: a laptop's LAN, a gateway with NAT, and name and web servers beyond it.
struct Office : testing::Test {
    Lab lab{{.seed = 7}};
    Switch& sw1 = lab.add_switch("sw1");
    Switch& inet = lab.add_switch("inet");
    Host& gw = lab.add_router("gw");
    Host& isp = lab.add_router("isp");
    Host& dns = lab.add_host("dns", inet, "198.51.100.53/24");
    Host& web = lab.add_host("web", inet, "198.51.100.80/24");
    Host& alice = lab.add_host("alice", sw1);
    ClientLog client{alice};

    Office() {
        lab.connect(gw, sw1, "192.168.1.1/24");
        lab.connect(gw, "203.0.113.2/30", isp, "203.0.113.1/30",
                    {.bits_per_second = 100'000'000, .delay = 5ms});
        lab.connect(isp, inet, "198.51.100.1/24");
        lab.add_route(gw, "0.0.0.0/0", "203.0.113.1");
        lab.enable_nat(gw, "eth1");
        for (Host* host : {&dns, &web}) lab.add_route(*host, "0.0.0.0/0", "198.51.100.1");

        Subnet office = subnet("192.168.1.0/24", "192.168.1.101", "192.168.1.200", "192.168.1.1");
        office.name_servers = {ip("198.51.100.53")};
        gw.spawn(
            serve(gw, {{1, ip("192.168.1.1")}}, std::make_shared<Server>(ServerConfig{.subnets = {office}})));
        const auto names = std::make_shared<const dns::Authority>(std::vector{
            dns::parse_zone("$TTL 300\nweb A 198.51.100.80\n", wire::DnsName::parse("example").value())
                .value()});
        dns.spawn(dns::serve_datagrams(dns, {"198.51.100.53", 53}, names));
    }
};

TEST_F(Office, ALaptopThatBootsGetsAnAddressFindsANameAndConnects) {
    Socket listener = create_server(web, {"198.51.100.80", 80}).value();
    alice.spawn(keep_configured(alice, {}, &client));
    ASSERT_TRUE(client.has_address.wait(10s).wait());
    Socket near = create_connection(alice, Target{"web.example", 80}).wait().value();
    Accepted far = listener.accept(1s).wait().value();
    EXPECT_EQ(far.peer.ip(), ip("203.0.113.2")) << "the gateway's NAT";
    EXPECT_EQ(near.getsockname()->ip(), ip("192.168.1.101"));
    EXPECT_EQ(near.getpeername().value(), (Address{"198.51.100.80", 80}));

    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    const std::string told = test::tshark(
        lab.pcapng(),
        "-Y 'dhcp or dns.a or (tcp.flags.syn==1 and ip.src==192.168.1.101)' -T fields -e _ws.col.Protocol");
    EXPECT_THAT(told, testing::StartsWith("DHCP\nDHCP\nDHCP\nDHCP\nDNS\n"));
    EXPECT_THAT(told, testing::EndsWith("TCP\n"));
    EXPECT_EQ(test::tshark(lab.pcapng(), "-Y _ws.malformed"), "");
}

}  // namespace
}  // namespace sockeye::app::dhcp
