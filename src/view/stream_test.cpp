// What a lab that runs tells as it happens: frames at cards, states, lines. Without a socket: a stream is
// asked.
#include "view/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "lab/world.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Task<> ping_somebody(Host& host) {
    (void)co_await ping(host, Address{"10.0.0.3", 0});  // nobody hears it
}

struct Streams : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& alice = lab.add_host("alice", lan, "10.0.0.2/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.3/24");
    RunningLab running{.name = "office", .lab = lab};

    std::unique_ptr<Stream> open(const Request& request) { return open_stream(running, request); }
    std::string mistake(const Request& request) {
        try {
            static_cast<void>(open(request));
        } catch (const std::invalid_argument& wrong) {
            return wrong.what();
        }
        return "";
    }
    /// Alice asks who Bob is, and pings him.
    void ping_bob() {
        static_cast<void>(alice.run(ping(alice, Address{"10.0.0.3", 0})));
        lab.run_for(1ms).value();
    }
    static std::string text_of(Stream& stream) {
        std::string text;
        while (const std::optional<Answer> answer = stream.take()) text += answer->text + "\n";
        return text;
    }
    static std::vector<Json> data_of(Stream& stream) {
        std::vector<Json> all;
        while (const std::optional<Answer> answer = stream.take())
            all.insert(all.end(), answer->data.begin(), answer->data.end());
        return all;
    }
};

TEST_F(Streams, AreOnlyOfVerbsThatHaveOne) {
    EXPECT_EQ(open({.verb = "ps"}), nullptr);
    EXPECT_NE(open({.verb = "trace"}), nullptr);
}

TEST_F(Streams, ACaptureHasBothDirectionsOfACard) {
    const auto stream = open({.verb = "capture", .host = "alice:eth0"});
    EXPECT_EQ(stream->opening().data[0]["cards"][0]["name"], "alice:eth0");
    ping_bob();
    const std::string text = text_of(*stream);
    EXPECT_THAT(text, HasSubstr("alice:eth0 > ARP who has 10.0.0.3? tell 10.0.0.2"));
    EXPECT_THAT(text, HasSubstr("alice:eth0 < 10.0.0.3 > 10.0.0.2: "));
}

TEST_F(Streams, ACaptureEndsWhenThereIsEnoughOrItsTimeIsOver) {
    const auto counted = open({.verb = "capture", .host = "alice", .count = 2});
    const auto timed = open({.verb = "capture", .host = "alice", .timeout = "2s"});
    ping_bob();
    EXPECT_EQ(data_of(*counted).size(), 2u);
    EXPECT_TRUE(counted->is_over());
    EXPECT_EQ(counted->closing().data[0]["frames"], 2);
    EXPECT_FALSE(timed->is_over());
    lab.run_for(3s).value();
    EXPECT_TRUE(timed->is_over());
}

TEST_F(Streams, ACaptureSaysWhatItsFileIsOf) {
    const auto stream = open({.verb = "capture", .host = "alice"});
    const std::string recording = stream->opening().data[1]["text"];
    EXPECT_THAT(recording, HasSubstr("sockeye recording\nseed 7\ncapture of alice from 0.000000\n"));
    EXPECT_THAT(recording, HasSubstr("host alice 10.0.0.2/24 "));
}

TEST_F(Streams, ACardThatThereIsNotIsNamedWithThoseThatAre) {
    EXPECT_THAT(mistake({.verb = "capture", .host = "alcie"}), HasSubstr("there is no node \"alcie\""));
    EXPECT_EQ(mistake({.verb = "capture", .host = "alice:eth1"}),
              "alice has no card 'eth1'; there is alice:eth0");
    EXPECT_THAT(mistake({.verb = "capture"}), HasSubstr("such as alice:eth0"));
    EXPECT_THAT(mistake({.verb = "capture", .host = "alice", .timeout = "soon"}), HasSubstr("soon"));
}

TEST_F(Streams, ATraceTellsOfStatesAndCauses) {
    const auto stream = open({.verb = "trace", .host = "alice"});
    EXPECT_FALSE(create_connection(alice, Address{"10.0.0.3", 9001}).wait());
    lab.run_for(1ms).value();
    const std::vector<Json> changes = data_of(*stream);
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0]["to"], "SYN-SENT");
    EXPECT_EQ(changes[0]["by"], "program");
    EXPECT_EQ(changes[1]["to"], "CLOSED");
    EXPECT_EQ(changes[1]["what"], "got RST ACK");
}

TEST_F(Streams, ALadderGrowsByWhatIsKnown) {
    ping_bob();
    const auto stream = open({.verb = "follow"});
    EXPECT_THAT(stream->opening().text, HasSubstr("on the wire"));
    EXPECT_EQ(text_of(*stream), "") << "of before nothing";
    ping_bob();
    const std::string first = text_of(*stream);
    EXPECT_THAT(first, HasSubstr("alice"));
    EXPECT_THAT(first, Not(HasSubstr("ARP")));
    EXPECT_EQ(text_of(*stream), "") << "each line once";
}

TEST_F(Streams, ALadderWaitsForWhatIsStillOnItsWayButNotForLong) {
    const auto stream = open({.verb = "follow"});
    lab.hold("alice", "lan");
    alice.spawn(ping_somebody(alice));
    lab.run_for(500ms).value();
    EXPECT_THAT(text_of(*stream), Not(HasSubstr("ARP")));
    lab.run_for(1s).value();
    EXPECT_THAT(text_of(*stream), HasSubstr("ARP who has"));
}

TEST_F(Streams, ALadderHasAFilter) {
    const auto stream = open({.verb = "follow", .words = {"arp"}});
    ping_bob();
    EXPECT_EQ(data_of(*stream).size(), 2u) << "the question and the answer";
    EXPECT_THAT(mistake({.verb = "follow", .words = {"arpp"}}), HasSubstr("did you mean arp?"));
}

}  // namespace
}  // namespace sockeye::view
