// Whole labs: our own TCP/IP stack on both sides of a switch, with programs on top.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Task<> echo(Socket connection) {
    while (true) {
        Result<Bytes> bytes = co_await connection.recv(4096);
        if (!bytes || bytes->empty()) co_return;
        if (Result<void> sent = co_await connection.sendall(*bytes); !sent) co_return;
    }
}

Task<> serve_echo(Network& network, Socket server) {
    while (true) {
        Result<Accepted> accepted = co_await server.accept();
        if (!accepted) co_return;
        network.spawn(echo(std::move(accepted->socket)));
    }
}

/// A server that echoes at 10.0.0.1:9001, and a client.
struct EchoLab {
    Lab lab;
    Switch& lan;
    Host& server;
    Host& client;

    explicit EchoLab(std::uint64_t seed = 7)
        : lab{{.seed = seed}},
          lan{lab.add_switch("lan")},
          server{lab.add_host("server", lan, "10.0.0.1/24")},
          client{lab.add_host("client", lan, "10.0.0.2/24")} {
        server.spawn(serve_echo(server, create_server(server, {"10.0.0.1", 9001}).value()));
    }

    Socket connect() { return create_connection(client, {"10.0.0.1", 9001}).wait().value(); }
    /// Sends `text` and receives as many octets.
    std::string ask(Socket& connection, std::string_view text) {
        connection.sendall(text).wait().value();
        std::string answer;
        while (answer.size() < text.size()) {
            const Bytes bytes = connection.recv(4096).wait().value();
            if (bytes.empty()) break;
            answer += bytes.text();
        }
        return answer;
    }
};

struct LabTest : ::testing::Test, EchoLab {};

TEST_F(LabTest, AnEchoComesBack) {
    Socket connection = connect();
    EXPECT_EQ(ask(connection, "hello"), "hello");
}

TEST_F(LabTest, AConnectTakesAnArpAndAHandshakeOfTimeOnTheCables) {
    // Each way is two cables of 500 ns, and the frame's octets at 8 ns each on each of them:
    // ARP is 14 + 28, SYN and SYN ACK with their 20 octets of options are 14 + 20 + 40. Both ways each.
    const Duration way_of_arp = 2 * (500ns + 42 * 8ns);
    const Duration way_of_syn = 2 * (500ns + 74 * 8ns);
    Socket connection = connect();
    EXPECT_EQ(client.now(), Instant{2 * way_of_arp + 2 * way_of_syn});
}

TEST_F(LabTest, TheSameLabTwiceHasTheSameFrames) {
    const auto run = [](std::uint64_t seed) {
        EchoLab world{seed};
        Socket connection = world.connect();
        world.ask(connection, std::string(100'000, 'x'));
        world.lab.cut("client", "lan");
        world.lab.at(3s, [&] { world.lab.heal("client", "lan"); });
        world.ask(connection, "again");
        connection.close();
        (void)world.lab.run_for(10s);
        return std::pair{world.lab.hash(), world.lab.pcapng()};
    };
    const auto first = run(7);
    EXPECT_EQ(first, run(7));
    EXPECT_NE(first.first, run(8).first) << "the seed chooses ports and sequence numbers";
}

/// When the client's segments of so many octets of payload left, counted from `start`.
std::vector<Duration> departures(const Lab& lab, std::size_t payload, Instant start) {
    constexpr std::uint32_t clients_cable = 1;
    std::vector<Duration> times;
    for (const lab::Record& record : lab.world().recorder().records())
        if (record.cable == clients_cable && record.from == link::End::a && record.departs >= start &&
            record.frame.size() == 14 + 20 + 32 + payload)
            times.push_back(record.departs - start);
    return times;
}

TEST_F(LabTest, ALostSegmentIsSentAgainAfterTheTimeoutAndThenAfterTwiceThat) {
    Socket connection = connect();
    ask(connection, "hello");  // round trips of microseconds: the timeout is at its least, 200 ms
    const Instant cut_at = lab.now();
    lab.cut("client", "lan");
    lab.at(cut_at.since_zero() + 2s, [&] { lab.heal("client", "lan"); });

    EXPECT_EQ(ask(connection, "again!"), "again!");
    // RFC 6298 §5.5: 200, 400, 800 and 1600 ms apart, of which the last finds the cable whole.
    EXPECT_THAT(departures(lab, 6, cut_at), ElementsAre(0ms, 200ms, 600ms, 1400ms, 3000ms));
    // 72 octets of frame there and back: two cables each way.
    EXPECT_EQ(lab.now(), cut_at + 3000ms + 4 * (500ns + 72 * 8ns));
}

TEST_F(LabTest, TsharkFindsNothingMalformedInARecording) {
    if (!test::has_tshark()) GTEST_SKIP() << "tshark is not here";
    Socket connection = connect();
    ask(connection, std::string(10'000, 'x'));
    connection.close();
    ASSERT_TRUE(lab.run_for(1s));
    const std::string recording = lab.pcapng();
    EXPECT_EQ(test::tshark(recording,
                           "-o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE "
                           "-Y '_ws.malformed || _ws.expert.severity >= 6291456'"),
              "")
        << "from warning on";
    EXPECT_EQ(test::tshark(recording, "-Y 'tcp.flags.fin == 1' -T fields -e tcp.seq -e tcp.ack"),
              "10001\t10001\n10001\t10002\n");
}

TEST_F(LabTest, AClosedPortRefuses) {
    Result<Socket> connection = create_connection(client, {"10.0.0.1", 9002}).wait();
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error(), Errc::refused);
}

TEST_F(LabTest, AWaitThatNothingCouldEndIsStalledAndSaysWhoWaits) {
    Socket connection = connect();
    Result<Bytes> nothing = connection.recv(1).wait();
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error(), Errc::stalled);
    EXPECT_THAT(nothing.error().detail(), HasSubstr("server: accept"));
    EXPECT_THAT(nothing.error().detail(), HasSubstr("wait(): recv"));
}

TEST_F(LabTest, ADeadlineEndsAtItsVirtualTime) {
    Socket connection = connect();
    const Instant before = lab.now();
    Result<Bytes> nothing = connection.recv(1, 3s).wait();
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error(), Errc::timed_out);
    EXPECT_EQ(lab.now(), before + 3s);
}

struct Sentinel {
    explicit Sentinel(Network& network_, bool& destroyed_) : network{&network_}, destroyed{&destroyed_} {}
    Sentinel(Sentinel&& other) noexcept
        : network{other.network}, destroyed{std::exchange(other.destroyed, nullptr)} {}
    ~Sentinel() {
        if (destroyed != nullptr) *destroyed = true;
    }
    Network* network;
    bool* destroyed;
};

Task<> hold(Socket connection, Sentinel sentinel) {
    (void)co_await sentinel.network->sleep(Duration::max());  // it ends by being destroyed
    connection.close();
}

TEST_F(LabTest, ACrashedHostSendsNoFinAndItsProgramsAreGone) {
    Socket connection = connect();
    bool destroyed = false;
    client.spawn(hold(std::move(connection), Sentinel{client, destroyed}));
    ASSERT_TRUE(lab.run_for(1s));
    const std::size_t frames = lab.world().recorder().records().size();

    lab.crash("client");
    EXPECT_TRUE(destroyed);
    ASSERT_TRUE(lab.run_for(10s));
    EXPECT_EQ(lab.world().recorder().records().size(), frames);
}

TEST_F(LabTest, ACloseIsAFinWhereACrashIsSilence) {
    Socket connection = connect();
    const std::size_t frames = lab.world().recorder().records().size();
    connection.close();
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_GT(lab.world().recorder().records().size(), frames);
}

Task<> crash_own_host(Lab& lab, Network& network, bool& went_on) {
    lab.crash("client");
    went_on = true;  // it runs until it waits
    (void)co_await network.sleep(1s);
    ADD_FAILURE() << "destroyed programs do not go on";
}

TEST_F(LabTest, AProgramMayCrashItsOwnHostAndItsRunIsCancelled) {
    bool went_on = false;
    Result<void> run = client.run(crash_own_host(lab, client, went_on));
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error(), Errc::cancelled);
    EXPECT_TRUE(went_on);
}

TEST_F(LabTest, TheEndOfALabSendsNothingHoweverManyProgramsHoldSockets) {
    // What a world does at its end shows in world_test; here nothing may touch what is gone.
    bool destroyed = false;
    {
        EchoLab other;
        other.client.spawn(hold(other.connect(), Sentinel{other.client, destroyed}));
        ASSERT_TRUE(other.lab.run_for(1s));
    }
    EXPECT_TRUE(destroyed);
}

std::string mistake(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "none";
}

TEST_F(LabTest, MistakesNameWhatThereIs) {
    EXPECT_EQ(mistake([&] { lab.add_switch("server"); }), "there is a node \"server\" already");
    EXPECT_EQ(mistake([&] { lab.cut("client", "server"); }),
              "there is no cable between \"client\" and \"server\"; there are: server:eth0 -- lan:1, "
              "client:eth0 -- lan:2");
    EXPECT_EQ(mistake([&] { lab.heal("clint", "lan"); }),
              "there is no node \"clint\"; there are: lan, server, client");
    EXPECT_THAT(mistake([&] { lab.crash("lan"); }), HasSubstr("not a host"));
    EXPECT_THAT(mistake([&] { lab.add_cable(lan, lan); }), HasSubstr("to itself"));
    ASSERT_TRUE(lab.run_for(2s));
    EXPECT_THAT(mistake([&] { lab.at(1s, [] {}); }), HasSubstr("already shows 2.0"));
}

TEST_F(LabTest, AHostsAddressIsOfOneHost) {
    for (const char* prefix : {"10.0.0.0/24", "10.0.0.255/24", "0.0.0.0/0", "224.0.0.1/24", "127.0.0.1/8",
                               "ff02::1/64", "10.0.0.1", "10.0.0.256/24", "10.0.0.1/33"})
        EXPECT_NE(mistake([&] { lab.add_host("other", lan, prefix); }), "none") << prefix;
    EXPECT_EQ(mistake([&] { lab.add_host("other", lan, "10.1.0.0/31"); }), "none");
}

TEST_F(LabTest, ASwitchOfAnotherLabIsAMistake) {
    EchoLab other;
    EXPECT_THAT(mistake([&] { lab.add_host("x", other.lan, "10.0.0.3/24"); }), HasSubstr("another lab"));
}

}  // namespace
}  // namespace sockeye
