#include "lab/recorder.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

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
    recorder.lose(0, link::Fate::cable_cut, Instant{9ns});
    EXPECT_EQ(recorder.hash(), "38479a1abfe0c3884adda34e8092603e");
    EXPECT_EQ(recorder.records()[0].fate, link::Fate::cable_cut);
}

TEST(Recorder, NothingHasTheHashOfNothing) {
    EXPECT_EQ(Recorder{}.hash(), "99aa06d3014798d86001c324468d497f");
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
