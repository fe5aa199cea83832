// What a lab shows of cables that impair: the fate of each frame, in its records, its ladder and its
// recording.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "lab/pcapng.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t client_cable = 1;

/// A client that sends datagrams to a server, over cables as the test has them.
struct DatagramLab {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client;
    Socket inbox{server, Family::inet, SocketType::datagram};
    Socket outbox;

    explicit DatagramLab(const CableOptions& cable = {})
        : client{lab.add_host("client", lan, "10.0.0.2/24", cable)},
          outbox{client, Family::inet, SocketType::datagram} {
        inbox.bind({"10.0.0.1", 9000}).value();
    }

    void send(int datagrams) {
        for (int i = 0; i < datagrams; ++i)
            outbox.sendto("datagram " + std::to_string(i), {"10.0.0.1", 9000}).wait().value();
        EXPECT_TRUE(lab.run_for(1s));
    }
    int received() {
        int datagrams = 0;
        while (inbox.recvfrom(100, 0s).wait()) ++datagrams;
        return datagrams;
    }
    /// The fates of the frames that the client sent, by name.
    std::map<std::string, int> fates() const {
        std::map<std::string, int> all;
        for (const lab::Record& record : lab.world().recorder().records())
            if (record.cable == client_cable && record.from == link::End::a)
                ++all[std::string{to_string(record.fate)}];
        return all;
    }
};

TEST(LabImpairments, LossIsInTheRecordsAndMissingAtTheServer) {
    DatagramLab world;
    world.send(1);
    world.lab.set("client", "lan", {.loss = 20_percent});
    world.send(400);
    const int lost = world.fates()["lost: random"];
    EXPECT_NEAR(lost, 80, 20);
    EXPECT_EQ(world.received(), 401 - lost);
    EXPECT_THAT(ladder(world.lab), HasSubstr("x lost: random"));
}

TEST(LabImpairments, ACableMayBeImpairedFromTheStartAndHealed) {
    DatagramLab world{{.impairments = {.loss = 100_percent}}};
    world.send(1);
    EXPECT_EQ(world.received(), 0);
    world.lab.set("client", "lan", {});
    world.send(1);
    EXPECT_TRUE(world.lab.run_for(1ms)) << "what ARP asked for at the last instant is answered";
    EXPECT_EQ(world.received(), 2) << "the first waited until then";
    EXPECT_THAT(ladder(world.lab), HasSubstr("cable as new: client:eth0 > lan:2"));
}

TEST(LabImpairments, OneDirectionMayBeImpairedAlone) {
    DatagramLab world;
    world.send(1);
    world.lab.set_one_way("lan", "client", {.loss = 100_percent});
    world.send(1);
    EXPECT_EQ(world.received(), 2);
    world.lab.set_one_way("client", "lan", {.loss = 100_percent});
    world.send(1);
    EXPECT_EQ(world.received(), 0);
}

TEST(LabImpairments, ACopyHasARecordOfItsOwnAndArrivesToo) {
    DatagramLab world;
    world.send(1);
    world.lab.set("client", "lan", {.duplicate = 100_percent});
    world.send(3);
    EXPECT_EQ(world.received(), 1 + 2 * 3);
    EXPECT_EQ(world.fates()["duplicated"], 3);
    EXPECT_THAT(ladder(world.lab), HasSubstr("duplicated"));
}

TEST(LabImpairments, ACorruptedFrameIsRecordedAsItIsOnTheCableAndNoProgramIsToldWrongOctets) {
    DatagramLab world;
    world.send(1);
    ASSERT_EQ(world.received(), 1);
    world.lab.set("client", "lan", {.corrupt = 100_percent});
    for (int i = 0; i < 50; ++i) world.send(1);
    int received = 0;  // where a bit of the sender's MAC address was flipped, which no checksum covers
    for (; auto datagram = world.inbox.recvfrom(100, 0s).wait(); ++received)
        EXPECT_EQ(datagram->bytes.text(), "datagram 0");
    EXPECT_LT(received, 15) << "48 of the frame's 416 bits";
    EXPECT_GE(world.fates()["corrupted"], 50);
    if (!test::has_tshark()) GTEST_SKIP() << "tshark is not here";
    EXPECT_THAT(test::tshark(world.lab.pcapng(), "-T fields -e frame.comment"),
                HasSubstr("corrupted at client:eth0 -- lan:2"));
}

TEST(LabImpairments, JitterLetsDatagramsOvertakeEachOther) {
    DatagramLab world;
    world.send(1);
    world.received();
    world.lab.set("client", "lan", {.delay = 20ms, .jitter = 20ms, .distribution = Distribution::normal});
    world.send(50);
    std::string order;
    while (auto datagram = world.inbox.recvfrom(100, 0s).wait()) order += datagram->bytes.text();
    EXPECT_THAT(order, Not(testing::StartsWith("datagram 0datagram 1datagram 2datagram 3")));
}

TEST(LabImpairments, TheSameSeedHasTheSameChanceAndNoneLeavesTheHashAsItIs) {
    const auto run = [](const Impairments& impairments) {
        DatagramLab world{{.impairments = impairments}};
        world.send(100);
        return world.lab.hash();
    };
    const Impairments lossy{.loss = 10_percent, .duplicate = 5_percent, .delay = 1ms, .jitter = 1ms};
    EXPECT_EQ(run(lossy), run(lossy));
    EXPECT_NE(run(lossy), run({}));

    DatagramLab untouched;
    untouched.send(100);
    EXPECT_EQ(run({}), untouched.lab.hash());
}

TEST(LabImpairments, AShortQueueLosesWhatDoesNotFit) {
    DatagramLab world{{.bits_per_second = 1'000'000, .queue_limit = 10}};
    world.send(1);
    world.send(100);
    EXPECT_EQ(world.fates()["lost: queue full"], 100 - 1 - 10);
}

std::string mistake(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "none";
}

TEST(LabImpairments, MistakesAreNamed) {
    DatagramLab world;
    EXPECT_THAT(mistake([&] { world.lab.set("client", "lan", {.reorder = 5_percent}); }),
                HasSubstr("reordering needs a delay"));
    EXPECT_THAT(mistake([&] { world.lab.set("client", "server", {}); }), HasSubstr("there is no cable"));
    EXPECT_THAT(
        mistake([&] { world.lab.add_host("x", world.lan, "10.0.0.9/24", {.impairments = {.jitter = -1s}}); }),
        HasSubstr("jitter of -1s"));
}

TEST(LabImpairments, StandInTheRecordingsTopology) {
    DatagramLab world{
        {.queue_limit = 50, .mark_from = 20, .impairments = {.loss = 1_percent, .delay = 10ms}}};
    EXPECT_THAT(world.lab.pcapng(),
                HasSubstr("cable client:eth0 -- lan:2 1000000000bit/s 500ns queue 50 mark from 20\n"
                          "impaired client:eth0 > lan:2 loss 1% delay 10ms\n"
                          "impaired lan:2 > client:eth0 loss 1% delay 10ms\n"));
}

}  // namespace
}  // namespace sockeye
