#include "wire/pcapng_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;
using Item = PcapngReader::Item;

std::span<const std::byte> octets_of(const std::string& file) {
    return std::as_bytes(std::span{file});
}

/// All items of a file; it must outlive them.
std::expected<std::vector<Item>, Malformed> items(std::span<const std::byte> file) {
    std::vector<Item> all;
    PcapngReader reader{file};
    while (true) {
        auto item = reader.next();
        if (!item) return std::unexpected{item.error()};
        if (!item->has_value()) return all;
        all.push_back(**item);
    }
}

template <typename T>
T only(const std::vector<Item>& all, std::size_t at) {
    return std::get<T>(all.at(at));
}

/// The writer, read as a specification: what went in comes out.
std::string recording() {
    std::string out;
    PcapngWriter writer{out};
    writer.section("Sockeye");
    writer.interface({.name = "a-lan", .description = "a to lan", .bits_per_second = 1'000'000'000});
    writer.interface({.name = "b-lan"});
    const std::array names{PcapngWriter::NameRecord{IpAddress::parse("10.0.0.1").value(), "server"},
                           PcapngWriter::NameRecord{IpAddress::parse("2001:db8::1").value(), "six"}};
    writer.names(names);
    const auto frame = from_hex("aa bb cc dd ee");
    writer.packet({.interface = 1,
                   .at = Instant{5s + 1ns},
                   .frame = frame,
                   .direction = PcapngWriter::Direction::outbound,
                   .comment = "lost"});
    writer.custom("seed 7");
    return out;
}

TEST(PcapngFiles, AreReadBackAsTheyWereWritten) {
    const std::string file = recording();
    const auto all = items(octets_of(file)).value();
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(only<PcapngReader::Section>(all, 0).application, "Sockeye");
    const auto first = only<PcapngReader::Interface>(all, 1);
    EXPECT_EQ(first.name, "a-lan");
    EXPECT_EQ(first.description, "a to lan");
    EXPECT_EQ(first.bits_per_second, 1'000'000'000U);
    EXPECT_EQ(first.linktype, PcapngReader::linktype_ethernet);
    EXPECT_EQ(only<PcapngReader::Interface>(all, 2).number, 1U);
    const auto names = only<PcapngReader::Names>(all, 3).names;
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(names[0].address.to_string(), "10.0.0.1");
    EXPECT_EQ(names[1].name, "six");
    const auto packet = only<PcapngReader::PacketRecord>(all, 4);
    EXPECT_EQ(packet.interface, 1U);
    EXPECT_EQ(packet.at, Instant{5s + 1ns});
    EXPECT_EQ(to_hex(packet.frame), "aa bb cc dd ee");
    EXPECT_EQ(packet.original_octets, 5U);
    EXPECT_EQ(packet.direction, PcapngWriter::Direction::outbound);
    EXPECT_EQ(packet.comment, "lost");
    const auto custom = only<PcapngReader::Custom>(all, 5);
    EXPECT_EQ(custom.enterprise_number, PcapngWriter::enterprise_number);
    EXPECT_EQ(custom.text, "seed 7");
}

TEST(PcapngFiles, CutAnywhereButBetweenTwoBlocksAreTruncated) {
    const std::string file = recording();
    std::size_t whole = 0;
    for (std::size_t length = 0; length < file.size(); ++length) {
        const auto all = items(octets_of(file).first(length));
        if (!all)
            EXPECT_EQ(all.error(), Malformed::truncated) << length;
        else
            ++whole;
    }
    EXPECT_EQ(whole, 5U);  // behind each block but the last
}

// A section in big-endian order whose interface counts microseconds (no if_tsresol) from 10 s on,
// with an enhanced packet at 1 s and a simple one.
const std::string big_endian_section =
    "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
    "00000001 00000024 0001 0000 00000004 000e 0008 000000000000000a 0000 0000 00000024"
    "00000006 00000024 00000000 00000000 000f4240 00000002 00000009 aabb 0000 00000024"
    "00000003 00000014 00000009 01020304 00000014";

TEST(PcapngFiles, MayBeInEitherByteOrderAndChangeItInTheNextSection) {
    auto file = from_hex(big_endian_section);
    const std::string ours = recording();
    std::ranges::copy(octets_of(ours), std::back_inserter(file));
    const auto all = items(file).value();
    ASSERT_EQ(all.size(), 4U + 6U);
    const auto packet = only<PcapngReader::PacketRecord>(all, 2);
    EXPECT_EQ(packet.at, Instant{11s});
    EXPECT_EQ(to_hex(packet.frame), "aa bb");
    EXPECT_EQ(packet.original_octets, 9U);
    EXPECT_EQ(to_hex(only<PcapngReader::PacketRecord>(all, 3).frame), "01 02 03 04");
    EXPECT_EQ(only<PcapngReader::Interface>(all, 5).number, 0U);
}

TEST(PcapngBlocksThatAreRead, MustHaveTheSameLengthInFrontAndBehind) {
    auto file = from_hex(big_endian_section);
    file[27] = std::byte{0x20};
    EXPECT_EQ(items(file).error(), Malformed::bad_length);
}

TEST(PcapngBlocksThatAreRead, MustBeDescribedBeforeTheirPackets) {
    const auto file = from_hex(
        "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
        "00000006 00000020 00000000 00000000 00000000 00000000 00000000 00000020");
    EXPECT_EQ(items(file).error(), Malformed::bad_value);
}

TEST(PcapngBlocksThatAreRead, OfUnknownKindsAreSkipped) {
    const auto file = from_hex(
        "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
        "0000beef 00000010 01020304 00000010");
    EXPECT_EQ(items(file).value().size(), 1U);
}

TEST(PcapngFiles, OfAnotherMajorVersionOrKindAreNotRead) {
    EXPECT_EQ(items(from_hex("0a0d0d0a 0000001c 1a2b3c4d 0002 0000 ffffffffffffffff 0000001c")).error(),
              Malformed::bad_version);
    EXPECT_EQ(items(from_hex("cafebabe 00000000")).error(), Malformed::bad_version);
}

TEST(PcapngReaders, StayFailed) {
    const auto file = from_hex("cafebabe 00000000");
    PcapngReader reader{file};
    EXPECT_EQ(reader.next().error(), Malformed::bad_version);
    EXPECT_EQ(reader.next().error(), Malformed::bad_version);
}

TEST(ClassicPcapFiles, AreReadInBothByteOrdersAndResolutions) {
    const auto big = from_hex(
        "a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000001"
        "00000005 00000001 00000002 00000003 aabb");
    const auto all = items(big).value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(only<PcapngReader::Interface>(all, 0).linktype, PcapngReader::linktype_ethernet);
    EXPECT_EQ(only<PcapngReader::PacketRecord>(all, 1).at, Instant{5s + 1ns});
    EXPECT_EQ(to_hex(only<PcapngReader::PacketRecord>(all, 1).frame), "aa bb");
    const auto little = from_hex(
        "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
        "05000000 01000000 02000000 03000000 aabb");
    const auto others = items(little).value();
    EXPECT_EQ(only<PcapngReader::PacketRecord>(others, 1).at, Instant{5s + 1us});
    EXPECT_EQ(only<PcapngReader::PacketRecord>(others, 1).original_octets, 3U);
    EXPECT_EQ(items(std::span{little}.first(little.size() - 1)).error(), Malformed::truncated);
}

RC_GTEST_PROP(PcapngFiles, OfAnyPacketsAreReadBackAsTheyWereWritten, ()) {
    struct Written {
        std::uint32_t interface;
        std::int64_t at;
        Octets frame;
        std::string comment;
    };
    std::string file;
    PcapngWriter writer{file};
    std::vector<Written> packets;
    writer.section(*rc::gen::arbitrary<std::string>());
    const auto interfaces = *rc::gen::inRange<std::uint32_t>(1, 5);
    for (std::uint32_t i = 0; i < interfaces; ++i)
        writer.interface({.name = *rc::gen::arbitrary<std::string>()});
    const auto count = *rc::gen::inRange(0, 20);
    for (int i = 0; i < count; ++i) {
        const auto at = *rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max());
        Written packet{*rc::gen::inRange<std::uint32_t>(0, interfaces), at, *test::any_octets(),
                       *rc::gen::arbitrary<std::string>()};
        writer.packet({.interface = packet.interface,
                       .at = Instant{Duration{at}},
                       .frame = packet.frame,
                       .comment = packet.comment});
        packets.push_back(std::move(packet));
    }
    const auto all = items(octets_of(file)).value();
    RC_ASSERT(all.size() == 1 + interfaces + packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto read = only<PcapngReader::PacketRecord>(all, 1 + interfaces + i);
        RC_ASSERT(read.interface == packets[i].interface);
        RC_ASSERT(read.at == Instant{Duration{packets[i].at}});
        RC_ASSERT(std::ranges::equal(read.frame, packets[i].frame));
        RC_ASSERT(read.comment == packets[i].comment);
    }
}

RC_GTEST_PROP(PcapngFiles, WithOctetsChangedAreReadOrRefused, ()) {
    std::string file = recording();
    const auto changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, file.size());
        file[at] = *rc::gen::arbitrary<char>();
    }
    const auto all = items(octets_of(file));
    RC_ASSERT(!all || all->size() <= 6);
}

}  // namespace
}  // namespace sockeye::wire
