#include "lab/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "sockeye/bytes.hpp"

namespace sockeye::lab {
namespace {

Record record() {
    const BytesView text{"frame"};
    return {.departs = Instant{0x0102030405060708ns},
            .cable = 3,
            .from = link::End::b,
            .frame = Packet{text.span()}};
}

std::string hash_of(const Record& only) {
    Recorder recorder;
    recorder.add(only);
    return recorder.hash();
}

TEST(Recorder, HashesTheDocumentedOctets) {
    // `printf '\x08\x07\x06\x05\x04\x03\x02\x01\x03\0\0\0\x01\0\x05\0\0\0frame' | xxh128sum`
    EXPECT_EQ(hash_of(record()), "c98f24851b2a0dbc8eae23e465da2c82");
}

TEST(Recorder, HashesALossAfterTheFrame) {
    // The same, followed by `\x09\0\0\0\0\0\0\0\x03\0\0\0\x01\x81\0\0\0\0\0\0\0\0`.
    Recorder recorder;
    recorder.add(record());
    recorder.lose({.number = 0, .cable = 3, .from = link::End::b, .fate = link::Fate::cable_cut},
                  Instant{9ns});
    EXPECT_EQ(recorder.hash(), "38479a1abfe0c3884adda34e8092603e");
    EXPECT_EQ(recorder.records()[0].fate, link::Fate::cable_cut);
}

TEST(Recorder, NothingHasTheHashOfNothing) {
    EXPECT_EQ(Recorder{}.hash(), "99aa06d3014798d86001c324468d497f");
}

TEST(Recorder, HasTheSameHashWhateverItKeeps) {
    Recorder all;
    Recorder some;
    Recorder none;
    some.keep(2);
    none.keep(0);
    for (Recorder* recorder : {&all, &some, &none}) {
        for (std::uint64_t number = 0; number < 9; ++number) recorder->add(record());
        recorder->lose({.number = 1, .fate = link::Fate::cable_cut}, Instant{9ns});
        recorder->lose({.number = 8, .fate = link::Fate::cable_cut}, Instant{9ns});
    }
    EXPECT_EQ(some.hash(), all.hash());
    EXPECT_EQ(none.hash(), all.hash());
    EXPECT_EQ(none.next_number(), 9u);
    EXPECT_TRUE(none.records().empty());
}

TEST(Recorder, KeepsTheLatestFramesAndAtMostAsManyAgain) {
    Recorder recorder;
    recorder.keep(3);
    for (std::uint32_t cable = 0; cable < 20; ++cable) {
        Record next = record();
        next.cable = cable;
        recorder.drop({.number = recorder.next_number(), .at = {}});
        recorder.add(std::move(next));
        ASSERT_GE(recorder.records().size(), std::min(cable + 1, 3u));
        ASSERT_LT(recorder.records().size(), 6u);
        ASSERT_EQ(recorder.records().back().cable, cable);
        ASSERT_EQ(recorder.records().front().cable, recorder.first_number());
        ASSERT_EQ(recorder.drops().front().number, recorder.first_number());
    }
}

TEST(Recorder, ForgetsAtOnceWhatItMayNoLongerKeep) {
    Recorder recorder;
    for (int i = 0; i < 5; ++i) recorder.add(record());
    recorder.keep(2);
    EXPECT_EQ(recorder.first_number(), 3u);
    recorder.keep(0);
    EXPECT_TRUE(recorder.records().empty());
}

TEST(Recorder, EachPartOfARecordMakesAnotherHash) {
    std::set<std::string> hashes{hash_of(record())};
    const auto expect_new = [&](auto change) {
        Record changed = record();
        change(changed);
        EXPECT_TRUE(hashes.insert(hash_of(changed)).second);
    };
    expect_new([](Record& r) { r.departs = Instant{1ns}; });
    expect_new([](Record& r) { r.cable = 4; });
    expect_new([](Record& r) { r.from = link::End::a; });
    expect_new([](Record& r) { r.fate = link::Fate::queue_full; });
    expect_new([](Record& r) { r.frame.truncate(4); });
    expect_new([](Record& r) { r.frame.writable()[4] = std::byte{}; });
}

}  // namespace
}  // namespace sockeye::lab
