// What is read in a few loads is what the parsers read, or is left to them.
#include "wire/plain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"

namespace sockeye::wire {
namespace {

using test::Octets;

Octets octets_of(const Packet& packet) {
    return {packet.bytes().begin(), packet.bytes().end()};
}

/// With a few octets changed, or some cut off, or some padding behind it; often as it was.
Octets disturbed(Octets octets) {
    const auto changes = *rc::gen::weightedElement<std::size_t>({{3, 0}, {2, 1}, {1, 2}});
    for (std::size_t i = 0; i < changes && !octets.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(octets.size(), 44));
        octets[at] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    }
    const auto size = *rc::gen::inRange<std::size_t>(0, octets.size() + 7);
    if (*rc::gen::inRange(0, 3) == 0) octets.resize(size);
    return octets;
}

Ipv4Header any_ipv4_header() {
    return {.traffic_class = *rc::gen::arbitrary<std::uint8_t>(),
            .identification = *rc::gen::arbitrary<std::uint16_t>(),
            .dont_fragment = *rc::gen::arbitrary<bool>(),
            .more_fragments = *rc::gen::inRange(0, 8) == 0,
            .ttl = *rc::gen::arbitrary<std::uint8_t>(),
            .protocol = *rc::gen::arbitrary<std::uint8_t>(),
            .source = *test::any_v4(),
            .target = *test::any_v4()};
}

RC_GTEST_PROP(PlainIp, OfVersion4IsWhatTheParserReads, ()) {
    const Ipv4Header header = any_ipv4_header();
    Packet packet{*test::any_octets()};
    prepend_ipv4(packet, header);
    const Octets octets = disturbed(octets_of(packet));
    const auto read = parse_ipv4(octets);
    const bool is_plain = read && !read->header.is_fragment() && read->header.source == header.source &&
                          read->header.target == header.target && octets[0] == std::byte{0x45};
    const auto plain = parse_plain_ip(octets, header.source, header.target);
    RC_ASSERT(plain.has_value() == is_plain);
    if (!plain) return;
    RC_ASSERT(plain->header_octets == 20u);
    RC_ASSERT(plain->octets == read->header.total_length);
    RC_ASSERT(plain->protocol == read->header.protocol);
    RC_ASSERT(plain->hop_limit == read->header.ttl);
    RC_ASSERT(plain->traffic_class == read->header.traffic_class);
}

RC_GTEST_PROP(PlainIp, OfVersion6IsWhatTheParserReads, ()) {
    const Ipv6Header header{.traffic_class = *rc::gen::arbitrary<std::uint8_t>(),
                            .flow_label = *rc::gen::inRange<std::uint32_t>(0, 0xfffff),
                            .next_header = *rc::gen::arbitrary<std::uint8_t>(),
                            .hop_limit = *rc::gen::arbitrary<std::uint8_t>(),
                            .source = *test::any_v6(),
                            .target = *test::any_v6()};
    Packet packet{*test::any_octets()};
    prepend_ipv6(packet, header);
    const Octets octets = disturbed(octets_of(packet));
    const auto read = parse_ipv6(octets);
    const bool is_plain =
        read && read->header.source == header.source && read->header.target == header.target;
    const auto plain = parse_plain_ip(octets, header.source, header.target);
    RC_ASSERT(plain.has_value() == is_plain);
    if (!plain) return;
    RC_ASSERT(plain->header_octets == 40u);
    RC_ASSERT(plain->octets == 40u + read->header.payload_length);
    RC_ASSERT(plain->protocol == read->header.next_header);
    RC_ASSERT(plain->hop_limit == read->header.hop_limit);
    RC_ASSERT(plain->traffic_class == read->header.traffic_class);
}

/// Mostly what a stream consists of.
TcpHeader stream_header() {
    TcpHeader header = *test::any_tcp_header();
    if (*rc::gen::inRange(0, 4) == 0) return header;
    header.mss.reset();
    header.flags = {.psh = *rc::gen::arbitrary<bool>(), .ack = true};
    if (*rc::gen::arbitrary<bool>())
        header.timestamps = TcpTimestamps{.value = *rc::gen::arbitrary<std::uint32_t>(),
                                          .echo = *rc::gen::arbitrary<std::uint32_t>()};
    return header;
}

RC_GTEST_PROP(PlainTcp, IsWhatTheParserReads, ()) {
    Packet packet{*test::any_octets()};
    prepend_tcp_unsummed(packet, stream_header());
    const Octets octets = disturbed(octets_of(packet));
    const auto plain = parse_plain_tcp(octets);
    RC_CLASSIFY(plain.has_value(), "plain");
    if (!plain) return;
    const auto read = parse_tcp(octets);
    RC_ASSERT(read.has_value());
    TcpHeader header{.source_port = plain->source_port,
                     .target_port = plain->target_port,
                     .seq = plain->seq,
                     .ack = plain->ack,
                     .window = plain->window,
                     .urgent_pointer = read->header.urgent_pointer,
                     .timestamps = plain->timestamps};
    header.flags = {.psh = plain->psh, .ack = true};
    RC_ASSERT(read->header == header);
    RC_ASSERT(octets.size() - plain->size() == read->payload.size());
}

RC_GTEST_PROP(PlainTcp, IsWrittenAsAnyHeaderIs, ()) {
    TcpHeader header = stream_header();
    header.flags = {.psh = *rc::gen::arbitrary<bool>(), .ack = true};
    header.urgent_pointer = 0;
    header.mss.reset();
    const PlainTcp plain{.source_port = header.source_port,
                         .target_port = header.target_port,
                         .seq = header.seq,
                         .ack = header.ack,
                         .psh = header.flags.psh,
                         .window = header.window,
                         .timestamps = header.timestamps};
    const Octets payload = *test::any_octets();
    const IpAddress source = *test::any_ip();
    const IpAddress target = source.family() == Family::inet ? *test::any_v4() : *test::any_v6();
    Checksum sum;
    sum.add(payload);
    Packet long_way{payload};
    Packet short_way{payload};
    prepend_tcp(long_way, header, source, target);
    prepend_plain_tcp(short_way, plain, source, target, sum);
    RC_ASSERT(octets_of(short_way) == octets_of(long_way));

    Packet long_way_unsummed{payload};
    Packet short_way_unsummed{payload};
    prepend_tcp_unsummed(long_way_unsummed, header);
    prepend_plain_tcp_unsummed(short_way_unsummed, plain);
    RC_ASSERT(octets_of(short_way_unsummed) == octets_of(long_way_unsummed));
}

TEST(PlainTcp, IsWhatStreamsConsistOf) {
    TcpHeader header{.seq = Sequence{7}, .ack = Sequence{8}, .flags = {.ack = true}, .window = 9};
    for (const auto& timestamps : {std::optional<TcpTimestamps>{}, std::optional{TcpTimestamps{1, 2}}}) {
        header.timestamps = timestamps;
        Packet packet{std::size_t{100}};
        prepend_tcp_unsummed(packet, header);
        const auto plain = parse_plain_tcp(packet.bytes());
        ASSERT_TRUE(plain.has_value());
        EXPECT_EQ(plain->timestamps, timestamps);
        EXPECT_EQ(plain->size(), timestamps ? 32u : 20u);
    }
}

}  // namespace
}  // namespace sockeye::wire
