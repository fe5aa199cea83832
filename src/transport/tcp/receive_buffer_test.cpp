// The stream is put together again, whatever the pieces and their order (RFC 9293 §3.4, SHLD-31).
#include "transport/tcp/receive_buffer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace sockeye::transport::tcp {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

std::string read(ReceiveBuffer& buffer, std::size_t octets = 1 << 20) {
    std::string text(std::min(octets, buffer.readable()), '\0');
    buffer.read(std::as_writable_bytes(std::span{text}));
    return text;
}

ReceiveBuffer buffer_from(std::uint32_t first, std::size_t limit = 65535) {
    ReceiveBuffer buffer{limit};
    buffer.start(Sequence{first});
    return buffer;
}

TEST(TcpReceiveBuffer, TextThatWasCopiedToItsPlaceIsThereOnlyOnceItIsInserted) {
    auto buffer = buffer_from(7);
    buffer.insert(Sequence{7}, bytes("ab"));
    const std::span<std::byte> place = buffer.place_for(Sequence{9}, 2);
    ASSERT_EQ(place.size(), 2u);
    std::ranges::copy(bytes("cd"), place.begin());
    EXPECT_EQ(buffer.readable(), 2u);
    buffer.insert(Sequence{9}, place);
    EXPECT_EQ(read(buffer), "abcd");
}

TEST(TcpReceiveBuffer, OnlyWhatComesNextAndFitsHasAPlace) {
    auto buffer = buffer_from(7, 10);
    EXPECT_TRUE(buffer.place_for(Sequence{6}, 2).empty());   // it has been received
    EXPECT_TRUE(buffer.place_for(Sequence{8}, 2).empty());   // it is ahead
    EXPECT_TRUE(buffer.place_for(Sequence{7}, 11).empty());  // it is too much
    buffer.insert(Sequence{9}, bytes("cd"));
    EXPECT_TRUE(buffer.place_for(Sequence{7}, 2).empty());  // what lies ahead must not be written over
}

TEST(TcpReceiveBuffer, CanBeReadInPlace) {
    auto buffer = buffer_from(7);
    buffer.insert(Sequence{7}, bytes("abc"));
    ASSERT_EQ(buffer.front().size(), 3u);
    EXPECT_EQ(std::to_integer<char>(buffer.front()[2]), 'c');
    buffer.drop(2);
    EXPECT_EQ(read(buffer), "c");
    EXPECT_TRUE(buffer.front().empty());
}

TEST(TcpReceiveBuffer, OverlappingPiecesAreJoined) {
    auto buffer = buffer_from(0xffff'fffe);
    buffer.insert(Sequence{0xffff'fffe} + 4, bytes("456"));
    buffer.insert(Sequence{0xffff'fffe} + 2, bytes("2345"));
    EXPECT_TRUE(buffer.has_gap());
    EXPECT_EQ(buffer.readable(), 0u);
    buffer.insert(Sequence{0xffff'fffe}, bytes("012"));
    EXPECT_FALSE(buffer.has_gap());
    EXPECT_EQ(buffer.next(), Sequence{5});
    EXPECT_EQ(read(buffer), "0123456");
}

TEST(TcpReceiveBuffer, OctetsThatCanBeReadNeverChange) {
    auto buffer = buffer_from(0);
    buffer.insert(Sequence{0}, bytes("true"));
    buffer.insert(Sequence{0}, bytes("false"));
    EXPECT_EQ(read(buffer), "truee");
}

TEST(TcpReceiveBuffer, KeepsNoMoreThanItsLimit) {
    auto buffer = buffer_from(0, 4);
    buffer.insert(Sequence{2}, bytes("2345"));
    buffer.insert(Sequence{4}, bytes("4"));
    buffer.insert(Sequence{0}, bytes("01"));
    EXPECT_EQ(buffer.space(), 0u);
    EXPECT_EQ(read(buffer), "0123");
    EXPECT_EQ(buffer.space(), 4u);
}

TEST(TcpReceiveBuffer, APeerThatOpensMoreGapsThanThereAreRangesHasItsOctetsDropped) {
    auto buffer = buffer_from(0);
    for (std::uint32_t i = 0; i < 1000; ++i) buffer.insert(Sequence{1 + 2 * i}, bytes("x"));
    const auto last = static_cast<std::uint32_t>(2 * ReceiveBuffer::maximum_ranges);
    for (std::uint32_t i = 0; i <= last; i += 2) buffer.insert(Sequence{i}, bytes("-"));
    EXPECT_EQ(buffer.next(), Sequence{last + 1});
    EXPECT_FALSE(buffer.has_gap());
}

RC_GTEST_PROP(TcpReceiveBuffer, AnyCutShuffleAndRepetitionGivesTheSameStream, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto first = *rc::gen::arbitrary<std::uint32_t>();
    auto buffer = buffer_from(first);

    const auto size = static_cast<std::uint32_t>(text.size());
    const auto pieces = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint32_t>>>(
        rc::gen::pair(rc::gen::inRange(0u, size + 1), rc::gen::inRange(0u, size + 1)));
    std::string received;
    for (const auto& [begin, end] : pieces) {
        const auto piece = std::string_view{text}.substr(begin, end < begin ? 0 : end - begin);
        buffer.insert(Sequence{first} + begin, bytes(piece));
        if (begin % 3 == 0) received += read(buffer, end);
        RC_ASSERT(text.starts_with(received));
    }
    constexpr std::uint32_t step = 3;  // whatever is missing, from the back
    for (std::uint32_t at = size; at > 0; at -= std::min(at, step)) {
        const std::uint32_t begin = at - std::min(at, step);
        buffer.insert(Sequence{first} + begin, bytes(std::string_view{text}.substr(begin, step)));
    }
    received += read(buffer);
    RC_ASSERT(received == text);
    RC_ASSERT(!buffer.has_gap());
}

}  // namespace
}  // namespace sockeye::transport::tcp
