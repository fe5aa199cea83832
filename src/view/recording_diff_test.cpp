// Two recordings side by side: the same, or the first frame that is not.
#include "view/recording_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "lab/pcapng.hpp"
#include "test/support/scripted_host.hpp"

namespace sockeye::view {
namespace {

using lab::Recording;
using test::ScriptedLab;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// ARP, and a datagram; then what is done to the lab.
Recording run(const std::function<void(ScriptedLab&)>& then) {
    ScriptedLab lab;
    lab.exchange_arp();
    lab.client.send_udp(lab.server, 50000, 9001, "hello");
    lab.move_to(1s);
    then(lab);
    lab.move_to(2s);
    return Recording::read(lab::to_pcapng(lab.world), "x").value();
}

void answer(ScriptedLab& lab) {
    lab.server.send_udp(lab.client, 9001, 50000, "HELLO");
}
void answer_otherwise(ScriptedLab& lab) {
    lab.server.send_udp(lab.client, 9001, 50001, "HELLO");
}
void say_nothing(ScriptedLab&) {}

std::string text_of(const Recording& first, const Recording& second) {
    return to_text(compare(first, second), {"a.pcapng", first}, {"b.pcapng", second});
}

TEST(RecordingDiff, OfTheSameRunTwiceIsNone) {
    const Recording first = run(answer);
    const Recording second = run(answer);
    EXPECT_TRUE(compare(first, second).is_same());
    EXPECT_THAT(text_of(first, second), HasSubstr("the same: 4 frames, seed 7, hash "));
}

TEST(RecordingDiff, NamesTheFirstFrameAndTheFieldsThatDiffer) {
    const Recording first = run(answer);
    const Recording second = run(answer_otherwise);
    const RecordingDiff diff = compare(first, second);
    EXPECT_EQ(diff.frame, 3u);
    std::vector<std::string> fields;
    for (const FieldDifference& one : diff.fields) fields.push_back(one.layer + " " + one.field);
    EXPECT_THAT(fields, testing::Contains("UDP Destination Port"));
    EXPECT_THAT(fields, testing::Not(testing::Contains("IPv4 Source Address")));
    const std::string text = text_of(first, second);
    EXPECT_THAT(text, HasSubstr("The first frame that differs is 4; a has 4 frames, b 4:"));
    EXPECT_THAT(text, HasSubstr("50000"));
    EXPECT_THAT(text, HasSubstr("50001"));
}

TEST(RecordingDiff, SaysWhichOneEndsFirst) {
    const Recording first = run(answer);
    const Recording second = run(say_nothing);
    const RecordingDiff diff = compare(first, second);
    EXPECT_EQ(diff.frame, 3u);
    EXPECT_THAT(diff.fields, IsEmpty());
    EXPECT_THAT(text_of(first, second), HasSubstr("  b       4  ends here\n"));
}

TEST(RecordingDiff, TellsAFrameThatWasLostFromOneThatWasNot) {
    const Recording first = run(answer);
    const Recording second = run([](ScriptedLab& lab) {
        lab.world.cut(1);
        answer(lab);
    });
    const RecordingDiff diff = compare(first, second);
    EXPECT_EQ(diff.frame, 3u);
    ASSERT_EQ(diff.fields.size(), 1u);
    EXPECT_EQ(diff.fields[0].field, "comment");
    EXPECT_THAT(diff.fields[0].second, HasSubstr("DROP cable cut"));
}

/// The file has each frame where its sender offered it.
TEST(RecordingDiff, ThatLiesBehindASwitchAloneIsSaidBesides) {
    const Recording first = run(say_nothing);
    const Recording second = run([](ScriptedLab& lab) {
        lab.add("late", 3);  // no frame of its own
    });
    const RecordingDiff diff = compare(first, second);
    EXPECT_EQ(diff.frame, std::nullopt);
    EXPECT_FALSE(diff.is_same());
    EXPECT_THAT(text_of(first, second), HasSubstr("All 3 frames of the files are the same."));
}

TEST(RecordingDiff, IsForMachinesTheSameThing) {
    const Recording first = run(answer);
    const Recording second = run(answer_otherwise);
    const std::vector<Json> all = to_json(compare(first, second), {"a", first}, {"b", second});
    EXPECT_EQ(all[0]["kind"], "diff");
    EXPECT_EQ(all[0]["same"], false);
    EXPECT_EQ(all[0]["frame"], 4);
}

}  // namespace
}  // namespace sockeye::view
