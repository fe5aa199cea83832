// What people see who look into a lab: the very text, and what machines get.
#include "view/lab_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "lab/tables/sockets.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "view/columns.hpp"
#include "view/tcb_text.hpp"

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SpanText, IsRoundedDownToWhatMatters) {
    EXPECT_EQ(span_text(350ns), "350 ns");
    EXPECT_EQ(span_text(12'345ns), "12 us");
    EXPECT_EQ(span_text(7'999us), "7 ms");
    EXPECT_EQ(span_text(12'499ms), "12.4 s");
    EXPECT_EQ(span_text(320s), "5 min 20 s");
    EXPECT_EQ(span_text(124min), "2 h 4 min");
}

TEST(Table, CutsWhatIsWidestWhereTheWidthIsNotEnough) {
    Table table{"row", "nothing", {{"name", "name"}, {"what", "what"}, {"n", "n", Align::right}}};
    table.add({std::string(30, 'a'), std::string(90, 'b'), std::size_t{7}});
    EXPECT_EQ(columns(table.text().substr(0, table.text().find('\n'))), 80u);
    EXPECT_THAT(table.text(), HasSubstr("bbb…  7\n"));
    EXPECT_EQ(table.json().front()["what"], std::string(90, 'b'));
}

TEST(Table, OfNothingSaysWhatThatMeans) {
    EXPECT_EQ(Table("row", "nothing yet", {{"name", "name"}}).text(), "nothing yet\n");
    EXPECT_TRUE(Table("row", "nothing yet", {{"name", "name"}}).json().empty());
}

/// alice and bob behind a NAT router, web outside.
struct Tables : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Switch& wan = lab.add_switch("wan");
    Host& router = lab.add_router("router");
    Host& alice = lab.add_host("alice", lan, "10.0.0.2/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.3/24");
    Host& web = lab.add_host("web", wan, "203.0.113.80/24");

    Tables() {
        lab.connect(router, lan, "10.0.0.254/24");
        lab.connect(router, wan, "203.0.113.1/24");
        lab.enable_nat(router, "eth1");
        lab.add_route(alice, "0.0.0.0/0", "10.0.0.254");
    }
    lab::World& world() { return lab.world(); }
    Pong ping_from(Host& host, std::string_view target) {
        return host.run(ping(host, Address{IpAddress::parse(target).value(), 0})).value();
    }
};

TEST_F(Tables, PsListsTheNodes) {
    lab.crash("bob");
    EXPECT_EQ("\n" + nodes_table(world()).text(), R"(
node    kind    power  addresses                      tasks
lan     switch  on     -                                  -
wan     switch  on     -                                  -
router  nat     on     10.0.0.254/24, 203.0.113.1/24      0
alice   host    on     10.0.0.2/24                        0
bob     host    off    10.0.0.3/24                        0
web     host    on     203.0.113.80/24                    0
)");
    EXPECT_EQ(nodes_table(world()).json()[3].dump(),
              R"({"kind":"node","name":"alice","node_kind":"host","on":true,)"
              R"("addresses":["10.0.0.2/24"],"tasks":0})");
}

TEST_F(Tables, ArpShowsStateAndAge_AndAnEntryGrowsOld_Rfc4861_7_3_2) {
    EXPECT_EQ(neighbours_table(world(), "alice").text(),
              "alice knows no neighbour yet: it asks when it has something to send\n");
    ASSERT_EQ(ping_from(alice, "10.0.0.3").kind, Pong::Kind::reply);
    (void)ping_from(alice, "10.0.0.99");
    ASSERT_TRUE(lab.run_for(500ms));
    const std::string young = neighbours_table(world(), "alice").text();
    EXPECT_EQ("\n" + young, R"(
address    MAC                state         age  card  who
10.0.0.3   02:00:00:00:00:02  REACHABLE   1.5 s  eth0  bob
10.0.0.99  -                  INCOMPLETE  1.5 s  eth0  -
)");
    ASSERT_TRUE(lab.run_for(60s));
    EXPECT_THAT(neighbours_table(world(), "alice").text(), HasSubstr("STALE"));
}

TEST_F(Tables, ArpOfASwitchIsAMistakeThatSaysSo) {
    EXPECT_THROW(neighbours_table(world(), "lan"), std::invalid_argument);
    EXPECT_THROW(stations_table(world(), "alice"), std::invalid_argument);
    EXPECT_THROW(translations_table(world(), "alice"), std::invalid_argument);
}

TEST_F(Tables, RoutesSayWhereTheyComeFrom) {
    EXPECT_EQ("\n" + routes_table(world(), "alice").text(), R"(
to           by          card  from
10.0.0.0/24  -           eth0  connected
0.0.0.0/0    10.0.0.254  eth0  static
)");
    const Prefix everything = Prefix::parse("0.0.0.0/0").value();
    ASSERT_TRUE(add_route(bob, everything, IpAddress::parse("10.0.0.254").value(), 1));
    EXPECT_THAT(routes_table(world(), "bob").text(), HasSubstr("0.0.0.0/0    10.0.0.254  eth0  DHCP"))
        << "by a program, as a DHCP client does";
}

TEST_F(Tables, ARouterWorksItsRoutesOut) {
    Host& far = lab.add_router("far");
    lab.connect(far, wan, "203.0.113.2/24");
    lab.connect(far, lab.add_switch("beyond"), "198.51.100.1/24");
    EXPECT_THAT(routes_table(world(), "router").text(),
                HasSubstr("198.51.100.0/24  203.0.113.2  eth1  worked out"));
}

TEST_F(Tables, ASwitchKnowsStationsAndPorts) {
    ASSERT_EQ(ping_from(alice, "10.0.0.3").kind, Pong::Kind::reply);
    ASSERT_TRUE(lab.run_for(10s));  // after 5 s each asks whether the other is there (RFC 4861: DELAY, PROBE)
    EXPECT_EQ("\n" + stations_table(world(), "lan").text(), R"(
MAC                port  leads to  who    VLAN    age
02:00:00:00:00:01  1     alice     alice     -  5.0 s
02:00:00:00:00:02  2     bob       bob       -  5.0 s
)");
    ASSERT_TRUE(lab.run_for(300s));  // IEEE 802.1D's ageing time
    EXPECT_EQ(stations_table(world(), "lan").text(),
              "lan has learned no station: it has not heard a frame lately\n");
}

TEST_F(Tables, NatShowsWhoIsBehindWhichPortAndForHowLong_Rfc5508) {
    ASSERT_EQ(ping_from(alice, "203.0.113.80").kind, Pong::Kind::reply);
    ASSERT_TRUE(lab.run_for(20s));
    lab.forward_port(router, Transport::tcp, 80, Address::parse("10.0.0.3:8080").value());
    EXPECT_EQ("\n" + translations_table(world(), "router").text(), R"(
protocol  inside         outside           idle  forgotten after
icmp      10.0.0.2:1     203.0.113.1:1   20.0 s           60.0 s
tcp       10.0.0.3:8080  203.0.113.1:80       -            never
)");
}

TEST_F(Tables, SocketsBacklogAndQueues) {
    Socket listener = create_server(bob, {"10.0.0.3", 9001}, {.backlog = 5}).value();
    Socket datagrams = create_datagram_server(bob, {"10.0.0.3", 53}).value();
    Socket connection = create_connection(alice, {"10.0.0.3", 9001}).wait().value();
    connection.sendall("hello").wait().value();
    ASSERT_TRUE(lab.run_for(1s));

    EXPECT_EQ("\n" + backlog_table(world(), "bob").text(), R"(
listener       to accept  backlog  half-open  at most
10.0.0.3:9001          1        5          0     1024
)");
    const std::string port = std::to_string(connection.getsockname().value().port());
    EXPECT_EQ("\n" + sockets_table(world(), "bob").text(), R"(
     state        local          remote          in  out
tcp  LISTEN       10.0.0.3:9001  -                1    5
tcp  ESTABLISHED  10.0.0.3:9001  10.0.0.2:)" + port +
                                                               R"(   5    0
udp  -            10.0.0.3:53    -                0    0
)");
    EXPECT_EQ(backlog_table(world(), "alice").text(), "nobody listens on alice\n");
}

TEST_F(Tables, TcbNumbersCountFromTheInitialOnes_Rfc9293_3_3_1) {
    Socket listener = create_server(bob, {"10.0.0.3", 9001}).value();
    Socket connection = create_connection(alice, {"10.0.0.3", 9001}).wait().value();
    connection.sendall("hello").wait().value();
    ASSERT_TRUE(lab.run_for(10ms));

    const lab::TcbRow row = lab::tcb_rows(world(), "alice").at(0);
    EXPECT_EQ(row.state, TcpState::established);
    EXPECT_EQ(row.snd_una, 1u) << "the SYN's number; the delayed ACK is still to come";
    EXPECT_EQ(row.snd_nxt, 6u);
    EXPECT_EQ(row.rcv_nxt, 1u);
    EXPECT_EQ(row.in_flight, 5u);
    EXPECT_EQ(row.phase, "slow start");
    const lab::TcbRow other = lab::tcb_rows(world(), "bob").at(0);
    EXPECT_EQ(other.irs, row.iss);
    EXPECT_EQ(other.unread, 5u);
    EXPECT_THAT(other.timers, ElementsAre(testing::Field(&lab::TimerRow::name, "delayed ACK")));
}

TEST_F(Tables, TheTcbAsTextSaysWhichTimersRun) {
    Socket listener = create_server(bob, {"10.0.0.3", 9001}).value();
    Socket connection = create_connection(alice, {"10.0.0.3", 9001}).wait().value();
    lab.cut("alice", "lan");
    connection.sendall("hello").wait().value();
    ASSERT_TRUE(lab.run_for(100ms));
    const std::string text = tcb_text(lab::tcb_rows(world(), "alice"));
    EXPECT_THAT(text, HasSubstr("ESTABLISHED, opened actively\n"));
    EXPECT_THAT(text, HasSubstr("UNA 1  NXT 6"));
    EXPECT_THAT(text, HasSubstr("retransmission in "));
    EXPECT_THAT(text, HasSubstr("5 in flight, 0 not yet sent"));
    EXPECT_EQ(tcb_json(lab::tcb_rows(world(), "alice"))[0]["state"], "ESTABLISHED");
    EXPECT_EQ(tcb_text({}), "no connection, so no TCB\n");
}

TEST_F(Tables, LeasesComeFromServersThatAreRegistered) {
    EXPECT_EQ(leases_table({}, lab.now()).text(), "no DHCP server runs in this lab\n");
    app::dhcp::ServerConfig config;
    config.subnets.push_back({.network = Prefix::parse("10.0.0.0/24").value(),
                              .first = IpAddress::parse("10.0.0.100").value(),
                              .last = IpAddress::parse("10.0.0.199").value()});
    const auto server = std::make_shared<app::dhcp::Server>(config);
    EXPECT_EQ(leases_table({{"router", server}}, lab.now()).text(), "no address has been given out\n");
}

TEST_F(Tables, NoLineIsLongerThan80) {
    lab.add_address(alice, "2001:db8:1111:2222:3333:4444:5555:6666/64");
    (void)ping_from(alice, "2001:db8:1111:2222:3333:4444:5555:7777");
    for (const std::string& text :
         {nodes_table(world()).text(), neighbours_table(world(), "alice").text(),
          routes_table(world(), "alice").text(), stations_table(world(), "lan").text()}) {
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t end = text.find('\n', at);
            EXPECT_LE(columns(std::string_view{text}.substr(at, end - at)), 80u) << text;
            at = end + 1;
        }
    }
}

}  // namespace
}  // namespace sockeye::view
