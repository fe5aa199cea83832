#include "base/reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/writer.hpp"
#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye {
namespace {

using test::from_hex;

TEST(ReaderFields, AreBigEndian_RFC791_AppendixB) {
    const auto bytes = from_hex("01 0203 04050607 08090a0b0c0d0e0f aa bbcc");
    Reader in{bytes};
    EXPECT_EQ(in.u8(), 0x01);
    EXPECT_EQ(in.u16(), 0x0203);
    EXPECT_EQ(in.u32(), 0x04050607U);
    EXPECT_EQ(in.u64(), 0x08090a0b0c0d0e0fU);
    EXPECT_EQ(in.array<1>()[0], 0xaa);
    EXPECT_EQ(in.remaining(), 2U);
    in.skip(2);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.remaining(), 0U);
}

TEST(ReaderBounds, StayFailedAfterTheFirstReadPastTheEnd) {
    const auto bytes = from_hex("01 02 03");
    Reader in{bytes};
    EXPECT_EQ(in.u32(), 0U);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.u8(), 0);  // though one octet is there
    EXPECT_TRUE(in.bytes(0).empty());
    EXPECT_TRUE(in.rest().empty());
    EXPECT_FALSE(in.ok());
}

TEST(ReaderBounds, LetTheLastOctetBeReadAndNoMore) {
    const auto bytes = from_hex("01 02");
    Reader in{bytes};
    EXPECT_EQ(in.u16(), 0x0102);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.u8(), 0);
    EXPECT_FALSE(in.ok());
}

RC_GTEST_PROP(ReaderAndWriter, AreInverse,
              (std::uint8_t a, std::uint16_t b, std::uint32_t c, std::uint64_t d)) {
    const test::Octets tail = *test::any_octets();
    std::vector<std::byte> room(17 + tail.size());
    Writer out{room};
    out.u8(a);
    out.u16(b);
    out.u32(c);
    out.zeros(2);
    out.u64(d);
    out.bytes(tail);
    RC_ASSERT(out.remaining() == 0U);

    Reader in{room};
    RC_ASSERT(in.u8() == a);
    RC_ASSERT(in.u16() == b);
    RC_ASSERT(in.u32() == c);
    RC_ASSERT(in.u16() == 0);
    RC_ASSERT(in.u64() == d);
    RC_ASSERT(std::ranges::equal(in.rest(), tail));
    RC_ASSERT(in.ok());
}

#ifndef NDEBUG
TEST(WriterBoundsDeathTest, AreOurOwnBugAndAssert) {
    std::vector<std::byte> room(1);
    Writer out{room};
    EXPECT_DEATH(out.u16(1), "rest_");
}
#endif

}  // namespace
}  // namespace sockeye
