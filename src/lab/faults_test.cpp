// What is done to a lab while it runs: partitions, cables that hold, restarts, actions that repeat.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string mistake(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "none";
}

/// Two LANs of two hosts with a router between: a and b, c and d.
struct FaultsTest : ::testing::Test {
    Lab lab;
    Switch& left = lab.add_switch("left");
    Switch& right = lab.add_switch("right");
    Host& a = lab.add_host("a", left, "10.0.1.1/24");
    Host& b = lab.add_host("b", left, "10.0.1.2/24");
    Host& c = lab.add_host("c", right, "10.0.2.1/24");
    Host& d = lab.add_host("d", right, "10.0.2.2/24");
    Host& router = lab.add_router("router");

    FaultsTest() {
        lab.connect(router, left, "10.0.1.254/24");
        lab.connect(router, right, "10.0.2.254/24");
        for (Host* host : {&a, &b}) lab.add_route(*host, "0.0.0.0/0", "10.0.1.254");
        for (Host* host : {&c, &d}) lab.add_route(*host, "0.0.0.0/0", "10.0.2.254");
    }

    bool reaches(Host& from, const char* target) {
        PingOptions options;
        options.patience = 100ms;
        return from.run(ping(from, Address{target, 0}, options)).value().kind == Pong::Kind::reply;
    }
    std::vector<std::string> notes() const {
        std::vector<std::string> texts;
        for (const lab::Note& note : lab.world().recorder().notes()) texts.push_back(note.text);
        return texts;
    }
    std::size_t frames_lost_by(link::Fate fate) const {
        std::size_t count = 0;
        for (const lab::Record& record : lab.world().recorder().records())
            count += record.fate == fate ? 1 : 0;
        return count;
    }
};

TEST_F(FaultsTest, APartitionWithinALanKeepsTheGroupsApartAndNobodyElse) {
    lab.partition({"a"}, {"b"});
    EXPECT_FALSE(reaches(a, "10.0.1.2"));
    EXPECT_FALSE(reaches(b, "10.0.1.1"));
    EXPECT_TRUE(reaches(a, "10.0.2.1"));
    EXPECT_TRUE(reaches(b, "10.0.2.1"));
    EXPECT_GT(frames_lost_by(link::Fate::partitioned), 0u);

    lab.heal_partition({"b"}, {"a"});
    ASSERT_TRUE(lab.run_for(2s));  // until who did not answer is asked again
    EXPECT_TRUE(reaches(a, "10.0.1.2"));
    EXPECT_THAT(notes(), ElementsAre("partition: a | b", "partition healed: a | b"));
    EXPECT_THAT(ladder(lab), HasSubstr("  partition: a | b\n"));
    EXPECT_THAT(ladder(lab, {.width = 120}), HasSubstr("flooded to 2 ports, 1 lost"));
}

TEST_F(FaultsTest, APartitionHoldsOverRoutersToo) {
    lab.partition({"a", "b"}, {"c"});
    EXPECT_FALSE(reaches(a, "10.0.2.1"));
    EXPECT_FALSE(reaches(c, "10.0.1.2"));
    EXPECT_TRUE(reaches(a, "10.0.2.2")) << "d is of no group";
    EXPECT_TRUE(reaches(a, "10.0.1.2")) << "both are of one group";
}

TEST_F(FaultsTest, ASwitchBringsItsHostsAlongButNotItsRouters) {
    lab.partition({"left"}, {"right"});
    EXPECT_FALSE(reaches(a, "10.0.2.1"));
    EXPECT_TRUE(reaches(a, "10.0.1.2"));
    EXPECT_TRUE(reaches(a, "10.0.1.254"));
    EXPECT_TRUE(reaches(c, "10.0.2.254"));
}

TEST_F(FaultsTest, AConnectionOutlivesAPartition) {
    Socket server = create_server(c, {"10.0.2.1", 80}).value();
    Socket near = create_connection(a, {"10.0.2.1", 80}).wait().value();
    Socket far = server.accept().wait().value().socket;
    lab.partition({"a"}, {"c"});
    lab.at(lab.now().since_zero() + 3s, [&] { lab.heal_partition({"a"}, {"c"}); });
    near.sendall("late").wait().value();
    EXPECT_EQ(far.recv(10).wait().value().text(), "late");
    EXPECT_GE(lab.now(), Instant{3s});
}

TEST_F(FaultsTest, MistakesInAPartitionNameWhatThereIs) {
    EXPECT_THAT(mistake([&] { lab.partition({"a"}, {"x"}); }), HasSubstr("there is no node \"x\""));
    EXPECT_EQ(mistake([&] { lab.partition({"a", "b"}, {"b"}); }),
              "\"b\" cannot be on both sides of a partition");
    EXPECT_THAT(mistake([&] { lab.partition({}, {"b"}); }), HasSubstr("a node or more on each side"));
    EXPECT_EQ(mistake([&] { lab.heal_partition({"a"}, {"b"}); }),
              "there is no partition a | b; there is none");
    lab.partition({"d", "c"}, {"a"});
    EXPECT_EQ(mistake([&] { lab.heal_partition({"a"}, {"b"}); }),
              "there is no partition a | b; there are: a | c, d");
    EXPECT_THAT(notes(), ElementsAre("partition: a | c, d"));
}

TEST_F(FaultsTest, WhatACableHoldsBackIsDeliveredAtItsReleaseInOrder) {
    Socket receiver = create_datagram_server(b, {"10.0.1.2", 9}).value();
    Socket sender{a, Family::inet, SocketType::datagram};
    const auto send = [&](const char* text) { sender.sendto(text, {"10.0.1.2", 9}).wait().value(); };
    send("first");  // and they know each other
    EXPECT_EQ(receiver.recvfrom(10).wait().value().bytes.text(), "first");

    lab.hold("a", "left");
    for (const char* text : {"1", "2", "3"}) {
        send(text);
        ASSERT_TRUE(lab.run_for(10ms));
    }
    EXPECT_EQ(receiver.recvfrom(10, 1s).wait().error(), Errc::timed_out);
    const LinkState link = lab.links()[0];
    EXPECT_EQ(link.name, "a:eth0 -- left:1");
    EXPECT_TRUE(link.is_held);
    ASSERT_EQ(link.in_flight.size(), 3u);
    EXPECT_EQ(link.in_flight[0].from, "a:eth0");
    EXPECT_EQ(link.in_flight[0].to, "left:1");
    EXPECT_THAT(link.in_flight[0].text, HasSubstr("UDP"));

    const Instant released_at = lab.now();
    lab.release("a", "left");
    std::string heard;
    for (int i = 0; i < 3; ++i) heard += receiver.recvfrom(10).wait().value().bytes.text();
    EXPECT_EQ(heard, "123");
    EXPECT_LT(lab.now() - released_at, 10us) << "what was late arrives at once";
    EXPECT_THAT(lab.links()[0].in_flight, IsEmpty());
    EXPECT_THAT(notes(), ElementsAre("cable held: a:eth0 -- left:1",
                                     "cable released: a:eth0 -- left:1, 3 frames held back"));
}

TEST_F(FaultsTest, AFrameThatIsNotLateWhenItsCableIsReleasedArrivesAtItsTime) {
    lab.set("a", "left", {.delay = 10s});
    Socket receiver = create_datagram_server(b, {"10.0.1.2", 9}).value();
    Socket sender{a, Family::inet, SocketType::datagram};
    sender.sendto("on its way", {"10.0.1.2", 9}).wait().value();
    lab.hold("a", "left");
    ASSERT_TRUE(lab.run_for(5s));
    lab.release("a", "left");
    ASSERT_TRUE(lab.run_for(4s));
    const auto arps = [&] {
        std::size_t count = 0;
        for (const lab::Record& record : lab.world().recorder().records()) count += record.cable == 1 ? 1 : 0;
        return count;  // on b's cable
    };
    EXPECT_EQ(arps(), 0u);
    ASSERT_TRUE(lab.run_for(2s));
    EXPECT_GT(arps(), 0u) << "who asked after 10 s";
}

TEST_F(FaultsTest, WithNothingButHeldFramesLeftAWaitIsStalled) {
    lab.hold("a", "left");
    Socket socket{a, Family::inet, SocketType::datagram};
    ASSERT_TRUE(socket.bind({"10.0.1.1", 9}));
    Socket sender{b, Family::inet, SocketType::datagram};
    sender.sendto("x", {"255.255.255.255", 9}).wait().error();
    EXPECT_EQ(socket.recvfrom(10).wait().error(), Errc::stalled);
}

Task<> count_starts(Host& host, std::vector<Instant>& starts) {
    starts.push_back(host.now());
    (void)co_await host.sleep(1h);  // it is destroyed meanwhile
    ADD_FAILURE() << "destroyed programs do not go on";
}

TEST_F(FaultsTest, ARestartStartsThePrograms) {
    std::vector<Instant> starts;
    lab.run_on(b, [&](Host& host) { return count_starts(host, starts); });
    lab.at(2s, [&] { lab.crash("b"); });
    lab.at(5s, [&] { lab.restart("b"); });
    lab.at(7s, [&] { lab.restart("b"); });
    ASSERT_TRUE(lab.run_for(10s));
    EXPECT_THAT(starts, ElementsAre(Instant{}, Instant{5s}, Instant{7s}));
    EXPECT_THAT(notes(), ElementsAre("crashed: b", "restarted: b", "crashed: b", "restarted: b"));
    EXPECT_THAT(ladder(lab), HasSubstr("  restarted: b\n"));
}

Task<> echo_once_and_again(Host& host) {
    Socket server = create_server(host, {"0.0.0.0", 80}).value();
    while (true) {
        Result<Accepted> accepted = co_await server.accept();
        if (!accepted) co_return;
        Result<Bytes> bytes = co_await accepted->socket.recv(100);
        while (bytes && !bytes->empty()) {
            (void)co_await accepted->socket.sendall(*bytes);  // who is gone receives nothing either
            bytes = co_await accepted->socket.recv(100);
        }
    }
}

TEST_F(FaultsTest, ARestartedHostKnowsItsAddressesAndRoutesAndNothingOfItsConnections) {
    lab.add_address(c, "2001:db8::1/64");
    lab.run_on(c, echo_once_and_again);
    Socket connection = create_connection(a, {"10.0.2.1", 80}).wait().value();
    connection.sendall("hello").wait().value();
    EXPECT_EQ(connection.recv(10).wait().value().text(), "hello");

    lab.crash("c");
    EXPECT_FALSE(reaches(a, "10.0.2.1"));
    lab.restart("c");
    EXPECT_TRUE(reaches(a, "10.0.2.1")) << "over the router, so with its default route";

    connection.sendall("still there?").wait().value();
    EXPECT_EQ(connection.recv(10).wait().error(), Errc::reset) << "RFC 9293 §3.5.1: a half-open connection";
    Socket again = create_connection(a, {"10.0.2.1", 80}).wait().value();
    again.sendall("hello again").wait().value();
    EXPECT_EQ(again.recv(20).wait().value().text(), "hello again");
}

TEST_F(FaultsTest, ASocketOfBeforeTheRestartStaysDead) {
    Socket old = create_datagram_server(b, {"10.0.1.2", 9}).value();
    lab.restart("b");
    Socket sender{a, Family::inet, SocketType::datagram};
    sender.sendto("x", {"10.0.1.2", 9}).wait().value();
    EXPECT_EQ(old.recvfrom(10).wait().error(), Errc::stalled);
    EXPECT_TRUE(create_datagram_server(b, {"10.0.1.2", 9})) << "the port is free again";
}

TEST_F(FaultsTest, ARouterThatRestartsTranslatesAndForwardsAsBefore) {
    lab.enable_nat(router, "eth1");
    lab.forward_port(router, Transport::tcp, 8080, {"10.0.1.2", 80});
    lab.run_on(b, echo_once_and_again);
    lab.restart("router");
    Socket connection = create_connection(c, {"10.0.2.254", 8080}).wait().value();
    connection.sendall("through").wait().value();
    EXPECT_EQ(connection.recv(10).wait().value().text(), "through");
}

TEST_F(FaultsTest, ARestartDrawsOtherNumbersAndTheSameInEveryRun) {
    const auto draw = [](int restarts) {
        Lab other;
        Host& host = other.add_host("host", other.add_switch("lan"), "10.0.0.1/24");
        for (int i = 0; i < restarts; ++i) other.restart("host");
        return host.random();
    };
    EXPECT_EQ(draw(1), draw(1));
    EXPECT_NE(draw(0), draw(1));
    EXPECT_NE(draw(1), draw(2));
}

TEST_F(FaultsTest, AnActionMayRepeatUntilAnInstant) {
    std::vector<Instant> at;
    lab.every(2s, [&] { at.push_back(lab.now()); }, 6s);
    ASSERT_TRUE(lab.run_for(20s));
    EXPECT_THAT(at, ElementsAre(Instant{2s}, Instant{4s}, Instant{6s}));
    lab.every(1s, [&] { ADD_FAILURE() << "until is over"; }, 20s);
    ASSERT_TRUE(lab.run_for(20s));
    EXPECT_THAT(mistake([&] { lab.every(0s, [] {}); }), HasSubstr("not a period"));
}

TEST_F(FaultsTest, AnActionMayPlanOthersAndItselfBePlannedWithin) {
    std::vector<Instant> at;
    lab.at(1s, [&] {
        lab.every(1s, [&] { lab.at(lab.now().since_zero() + 500ms, [&] { at.push_back(lab.now()); }); }, 3s);
    });
    ASSERT_TRUE(lab.run_for(20s));
    EXPECT_THAT(at, ElementsAre(Instant{2500ms}, Instant{3500ms}));
}

}  // namespace
}  // namespace sockeye
