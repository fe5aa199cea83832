// A lab's file read back: what was in the lab is in it again, and what is no such file is said to be none.
#include "lab/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/pcapng.hpp"
#include "test/support/recorded_lab.hpp"

namespace sockeye::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct RecordedLab : ::testing::Test, test::RecordedLab {
    std::string file() const { return to_pcapng(world); }
    Recording recording() const { return Recording::read(file(), "run.pcapng").value(); }
};

std::string refusal(std::string file) {
    const Result<Recording> recording = Recording::read(std::move(file), "run.pcapng");
    return recording ? "" : std::string{recording.error().detail()};
}

TEST_F(RecordedLab, HasSeedHashAndTopology) {
    const Recording recording = this->recording();
    EXPECT_TRUE(recording.is_of_a_lab());
    EXPECT_TRUE(recording.is_complete());
    EXPECT_EQ(recording.seed(), 7u);
    EXPECT_EQ(recording.hash(), world.recorder().hash());
    EXPECT_EQ(recording.topology(), world.topology().to_string());
}

TEST_F(RecordedLab, HasWhatItTakesToRunItAgain) {
    EXPECT_EQ(recording().until(), Instant{2s});
    EXPECT_EQ(recording().sources().topology, "") << "nobody has made it from a file";
    world.sources() = {.topology = "name: pair\ntopology:\n  nodes: {}\n\n", .faults = "faults: []\n"};
    EXPECT_EQ(recording().sources().topology, world.sources().topology);
    EXPECT_EQ(recording().sources().faults, world.sources().faults);
    EXPECT_EQ(recording().topology(), world.topology().to_string());
}

TEST_F(RecordedLab, HasEachJourneyAtItsTimeWithItsSenderAndItsFrame) {
    const Past before = past_of(world);
    const Recording recording = this->recording();
    const Past after = recording.past();
    ASSERT_EQ(after.journeys.size(), before.journeys.size());
    for (std::size_t i = 0; i < before.journeys.size(); ++i) {
        EXPECT_EQ(after.journeys[i].first->departs, before.journeys[i].first->departs) << i;
        EXPECT_EQ(after.journeys[i].sender->name(), before.journeys[i].sender->name()) << i;
        EXPECT_TRUE(std::ranges::equal(after.journeys[i].first->frame.bytes(),
                                       before.journeys[i].first->frame.bytes()))
            << i;
        EXPECT_EQ(after.journeys[i].is_lost(), before.journeys[i].is_lost()) << i;
    }
    EXPECT_EQ(after.journeys.back().loss->fate, link::Fate::cable_cut);
}

TEST_F(RecordedLab, HasWhatSomebodyDidToIt) {
    const Past past = recording().past();
    ASSERT_EQ(past.notes.size(), 1u);
    EXPECT_EQ(past.notes[0].at, Instant{1s});
    EXPECT_EQ(past.notes[0].before, 3u) << "of four frames";
    EXPECT_EQ(past.notes[0].text, "cable cut: client:eth0 -- lan:2");
}

TEST_F(RecordedLab, HasWhoHasWhichAddress) {
    const Recording recording = this->recording();
    const Past past = recording.past();
    ASSERT_NE(past.node("client"), nullptr);
    EXPECT_TRUE(past.node("client")->has_address(client.ip()));
    EXPECT_EQ(past.node("client")->identities().at(0).mac, client.mac());
    EXPECT_EQ(past.node("lan")->kind(), Node::Kind::switch_);
    EXPECT_EQ(past.node("nobody"), nullptr);
}

TEST_F(RecordedLab, CanBeLookedAtUpToATime) {
    const Past past = recording().past(Instant{500ms});
    EXPECT_EQ(past.journeys.size(), 3u);
    EXPECT_THAT(past.notes, IsEmpty());
}

TEST_F(RecordedLab, ThatWasCutOffBetweenTwoBlocksIsNotComplete) {
    std::string whole = file();
    const std::size_t last_block = whole.rfind("sockeye recording") - 12;  // type, length, enterprise number
    const Recording recording = Recording::read(whole.substr(0, last_block), "run.pcapng").value();
    EXPECT_FALSE(recording.is_complete());
    EXPECT_EQ(recording.frames().size(), 4u);
}

TEST_F(RecordedLab, ThatWasCutOffInABlockIsRefusedWithTheFrameBeforeIt) {
    const std::string whole = file();
    EXPECT_THAT(refusal(whole.substr(0, whole.size() - 4)),
                HasSubstr("run.pcapng breaks off behind frame 4 (truncated): it was cut off"));
}

TEST(RecordingReadBack, OfNothingOrRubbishIsRefused) {
    EXPECT_EQ(refusal("hello, world"), "run.pcapng is no recording: neither pcapng nor pcap");
    EXPECT_EQ(refusal(""), "run.pcapng is no recording: neither pcapng nor pcap");
}

/// As tcpdump writes it: its times count from 1970, and nobody has said who is who.
TEST(RecordingReadBack, OfAnotherToolNamesHostsByTheirAddresses) {
    test::ScriptedLab lab;
    lab.client.send_udp(lab.server, 50000, 9001, "hello");
    lab.move_to(1s);
    const Record& frame = lab.world.recorder().records().at(0);
    std::string file;
    wire::PcapngWriter writer{file};
    writer.section("dumpcap");
    writer.packet({.interface = writer.interface({.name = "eth0"}),
                   .at = Instant{1'700'000'000s},
                   .frame = frame.frame.bytes()});
    const Recording recording = Recording::read(std::move(file), "run.pcapng").value();
    EXPECT_FALSE(recording.is_of_a_lab());
    const Past past = recording.past();
    ASSERT_EQ(past.journeys.size(), 1u);
    EXPECT_EQ(past.journeys[0].first->departs, Instant{});
    EXPECT_EQ(past.journeys[0].sender->name(), "10.0.0.2");
}

}  // namespace
}  // namespace sockeye::lab
