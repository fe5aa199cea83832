#include "wire/tcp_options.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/tcp.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

std::string written(const TcpHeader& header) {
    Octets room(tcp_options_size(header));
    write_tcp_options(room, header);
    return to_hex(room);
}
std::string hex(std::string_view text) {
    return to_hex(from_hex(text));
}
std::expected<TcpHeader, Malformed> read(std::string_view text) {
    TcpHeader header;
    const auto parsed = parse_tcp_options(from_hex(text), header);
    if (!parsed) return std::unexpected{parsed.error()};
    return header;
}
SackBlock block(std::uint32_t left, std::uint32_t right) {
    return {Sequence{left}, Sequence{right}};
}

TEST(TcpOptionLayout, OfASynIsThatOfLinux) {
    TcpHeader header{.mss = 1460, .window_scale = 7, .sack_permitted = true};
    EXPECT_EQ(written(header), hex("02 04 05b4  01 01 04 02  01 03 03 07"));
    header.timestamps = TcpTimestamps{.value = 0x01020304, .echo = 0};
    EXPECT_EQ(written(header), hex("02 04 05b4  04 02 08 0a 01020304 00000000  01 03 03 07"));
}

TEST(TcpOptionLayout, OfTimestampsIsTheOneThatIsRecommended_RFC7323_AppendixA) {
    EXPECT_EQ(written({.timestamps = TcpTimestamps{.value = 1, .echo = 2}}),
              hex("01 01 08 0a 00000001 00000002"));
}

TEST(TcpOptionLayout, OfSackBlocksHasTheirEdges_RFC2018_3) {
    EXPECT_EQ(written({.sack = {block(5500, 6000), block(7000, 7500)}}),
              hex("01 01 05 12 0000157c 00001770 00001b58 00001d4c"));
}

TEST(TcpOptionLayout, TakesAsManySackBlocksAsThereIsRoomFor_RFC2018_3) {
    const SackBlocks four{block(1, 2), block(3, 4), block(5, 6), block(7, 8)};
    EXPECT_EQ(tcp_options_size({.sack = four}), 36U);
    const TcpHeader with_timestamps{.timestamps = TcpTimestamps{}, .sack = four};
    EXPECT_EQ(tcp_options_size(with_timestamps), 40U);  // three of them
    EXPECT_EQ(read(written(with_timestamps)).value().sack,
              (SackBlocks{block(1, 2), block(3, 4), block(5, 6)}));
}

TEST(TcpOptionLayout, OfAUserTimeoutIsInSecondsOrInMinutes_RFC5482_3_2) {
    EXPECT_EQ(written({.user_timeout = 30}), hex("1c 04 001e"));
    EXPECT_EQ(written({.user_timeout = 32'767}), hex("1c 04 7fff"));
    EXPECT_EQ(written({.user_timeout = 32'768}), hex("1c 04 8223")) << "547 minutes are enough";
    EXPECT_EQ(written({.user_timeout = 4'000'000}), hex("1c 04 ffff"));
    EXPECT_EQ(read("1c 04 8002").value().user_timeout, 120U);
}

TEST(TcpOptionValues, AreReadInAnyOrder_RFC9293_MUST64) {
    const TcpHeader header =
        read("05 0a 00000001 00000002 03 03 0e 08 0a 00000007 00000008 04 02 02 04 05b4").value();
    EXPECT_EQ(header.mss, 1460);
    EXPECT_EQ(header.window_scale, 14);
    EXPECT_TRUE(header.sack_permitted);
    EXPECT_EQ(header.timestamps, (TcpTimestamps{.value = 7, .echo = 8}));
    EXPECT_EQ(header.sack, (SackBlocks{block(1, 2)}));
}

TEST(TcpOptionValues, WithALengthThatIsNotTheirKindsAreRefused_RFC9293_MUST7) {
    for (const char* text :
         {"02 03 05", "03 02", "03 04 0e 00", "04 03 00", "08 0a 0000", "08 08 000000000000", "05 02",
          "05 09 00000001000000", "05 0b 00000001 00000002 00", "1c 03 00", "1c 05 000000"})
        EXPECT_EQ(read(text).error(), Malformed::bad_option) << text;
}

TEST(TcpOptionValues, CutAnywhereAreRefused) {
    const auto whole = from_hex("02 04 05b4 04 02 08 0a 01020304 00000000 05 0a 00000001 00000002");
    const std::array<std::size_t, 5> ends{0, 4, 6, 16, 26};  // between two options
    for (std::size_t length = 0; length < whole.size(); ++length) {
        TcpHeader header;
        const bool at_an_end = std::ranges::find(ends, length) != ends.end();
        EXPECT_EQ(parse_tcp_options(std::span{whole}.first(length), header).has_value(), at_an_end) << length;
    }
}

RC_GTEST_PROP(TcpOptionValues, AreReadBackAsTheyWereWritten, (bool sack_permitted, bool has_timestamps)) {
    TcpHeader header{.sack_permitted = sack_permitted};
    if (*rc::gen::arbitrary<bool>()) header.mss = *rc::gen::arbitrary<std::uint16_t>();
    if (*rc::gen::arbitrary<bool>()) header.window_scale = *rc::gen::arbitrary<std::uint8_t>();
    if (*rc::gen::arbitrary<bool>())
        header.user_timeout =
            *rc::gen::inRange<std::uint32_t>(0, 1 << 15) * *rc::gen::element<std::uint32_t>(1, 60);
    if (has_timestamps) header.timestamps = TcpTimestamps{.value = *rc::gen::arbitrary<std::uint32_t>()};
    const std::size_t most = (40 - 4 - tcp_options_size(header)) / 8;
    const auto blocks = *rc::gen::inRange<std::size_t>(0, most + 1);
    for (std::size_t i = 0; i < blocks; ++i) {
        const auto left = *rc::gen::arbitrary<std::uint32_t>();
        header.sack.push_back(block(left, *rc::gen::arbitrary<std::uint32_t>()));
    }
    RC_ASSERT(tcp_options_size(header) % 4 == 0U);
    RC_ASSERT(tcp_options_size(header) <= 40U);
    RC_ASSERT(read(written(header)).value() == header);
}

RC_GTEST_PROP(TcpOptionValues, OfAnyOctetsAreReadOrRefused, ()) {
    const Octets octets = *rc::gen::resize(300, test::any_octets());
    TcpHeader header;
    const auto read = parse_tcp_options(octets, header);
    RC_ASSERT(read.has_value() || read.error() == Malformed::bad_option);
}

}  // namespace
}  // namespace sockeye::wire
