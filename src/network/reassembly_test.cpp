// Fragments of both families, made and put together again (RFC 791, RFC 815, RFC 5722, RFC 6946, RFC 8200).
#include "network/reassembly.hpp"

#include <algorithm>
#include <numeric>

#include "base/random.hpp"
#include "test/support/ip_harness.hpp"
#include "wire/icmpv6.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip;
using testing::HasSubstr;

Packet counting(std::size_t octets) {
    Packet payload{octets};
    std::uint8_t next = 0;
    for (std::byte& octet : payload.writable()) octet = std::byte{next++};
    return payload;
}

struct Family_ {
    const char* name;
    const char* source;
    const char* target;
};

class Reassembly : public testing::TestWithParam<Family_> {
protected:
    IpHeader header{.source = ip(GetParam().source), .target = ip(GetParam().target), .protocol = 17};

    std::vector<Packet> pieces(std::size_t octets, std::size_t mtu = 1500, std::uint32_t identification = 7) {
        return fragment(header, counting(octets), mtu,
                        {.identification = identification, .offset = 0, .more = false});
    }
    Reassembler::Outcome add(const Packet& piece) {
        Opened opened = open_ip(*read_ip(piece));
        return reassembler.add(opened.packet, opened.fragment.value(), now);
    }
    Reassembler::Outcome add(std::size_t offset, std::size_t octets, bool more, std::uint8_t filler = 0) {
        Packet piece{std::vector<std::byte>(octets, std::byte{filler})};
        write_ip_fragment(piece, header, {.identification = 1, .offset = offset, .more = more});
        return add(piece);
    }

    Reassembler reassembler{{}};
    Instant now;
};

INSTANTIATE_TEST_SUITE_P(Families, Reassembly,
                         testing::Values(Family_{"Ipv4", "10.0.0.1", "10.0.0.2"},
                                         Family_{"Ipv6", "2001:db8::1", "2001:db8::2"}),
                         [](const auto& family) { return std::string{family.param.name}; });

/// The class of traffic of what two pieces make that were marked so; nullopt: nothing comes of them.
std::optional<std::uint8_t> joined(Reassembler& reassembler, IpHeader header, std::uint8_t first,
                                   std::uint8_t second) {
    std::optional<Packet> whole;
    for (const std::size_t offset : {0U, 8U}) {
        header.traffic_class = offset == 0 ? first : second;
        Packet piece{std::vector<std::byte>(8)};
        write_ip_fragment(piece, header, {.identification = 1, .offset = offset, .more = offset == 0});
        const Opened opened = open_ip(*read_ip(piece));
        whole = reassembler.add(opened.packet, opened.fragment.value(), {}).whole;
    }
    if (!whole) return std::nullopt;
    return open_ip(*read_ip(*whole)).packet.header.traffic_class;
}

TEST_P(Reassembly, AMarkOnAnyPieceIsAMarkOnTheWhole_Rfc3168_5_3) {
    EXPECT_EQ(joined(reassembler, header, 0x12, 0x12), 0x12);
    EXPECT_EQ(joined(reassembler, header, 0x12, 0x13), 0x13);
    EXPECT_EQ(joined(reassembler, header, 0x13, 0x12), 0x13);
    EXPECT_EQ(joined(reassembler, header, 0x10, 0x10), 0x10);
}

TEST_P(Reassembly, APieceThatIsMarkedBesideOneThatMayNotBeCondemnsThePacket_Rfc3168_5_3) {
    EXPECT_EQ(joined(reassembler, header, 0x10, 0x13), std::nullopt);
}

TEST_P(Reassembly, PiecesFitTheMtuAndInAnyOrderMakeTheWhole_Rfc815) {
    Random random{3};
    for (const std::size_t octets : {std::size_t{1500}, std::size_t{4000}, std::size_t{65'515}}) {
        for (const std::size_t mtu : {std::size_t{1280}, std::size_t{1500}}) {
            std::vector<Packet> all = pieces(octets, mtu);
            for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
            std::optional<Packet> whole;
            for (const Packet& piece : all) {
                EXPECT_LE(piece.size(), mtu);
                EXPECT_FALSE(whole.has_value());
                whole = add(piece).whole;
            }
            ASSERT_TRUE(whole.has_value());
            const Opened opened = open_ip(*read_ip(*whole));
            EXPECT_FALSE(opened.fragment.has_value());
            EXPECT_EQ(opened.packet.header.protocol, 17);
            EXPECT_TRUE(std::ranges::equal(opened.packet.payload.bytes(), counting(octets).bytes()));
            EXPECT_EQ(reassembler.memory(), 0U);
        }
    }
}

TEST_P(Reassembly, AFragmentThatCameTwiceDoesNoHarm_Rfc8200_4_5) {
    const std::vector<Packet> all = pieces(4000);
    add(all[0]);
    add(all[0]);
    add(all[1]);
    EXPECT_TRUE(add(all[2]).whole.has_value());
}

TEST_P(Reassembly, FragmentsThatOverlapCondemnTheWholePacket_Rfc5722_4) {
    add(0, 16, true);
    add(8, 16, true);  // overlaps
    add(0, 16, true);
    EXPECT_FALSE(add(16, 8, false).whole.has_value()) << "what comes later of it is dropped too";
    EXPECT_EQ(reassembler.memory(), 0U);
}

TEST_P(Reassembly, ASecondEndOrOctetsBehindTheEndCondemnIt) {
    add(16, 8, false);
    add(8, 8, false);
    EXPECT_FALSE(add(0, 16, true).whole.has_value());
}

TEST_P(Reassembly, PiecesOfTwoPacketsAreNotMixed) {
    const std::vector<Packet> one = pieces(2000, 1500, 1);
    const std::vector<Packet> other = pieces(2000, 1500, 2);
    EXPECT_FALSE(add(one[0]).whole.has_value());
    EXPECT_FALSE(add(other[1]).whole.has_value());
    EXPECT_EQ(reassembler.packets(), 2U);
    EXPECT_TRUE(add(one[1]).whole.has_value());
}

TEST_P(Reassembly, AfterSixtySecondsItIsGivenUpAndTheFirstFragmentSaysWhose_Rfc8200_4_5_Rfc1122_3_3_2) {
    add(pieces(4000)[0]);
    EXPECT_EQ(reassembler.next_wakeup(), at(60s));
    EXPECT_FALSE(reassembler.take_expired(at(59s)).has_value());
    const auto first = reassembler.take_expired(at(60s));
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->header.source, ip(GetParam().source));
    EXPECT_EQ(reassembler.next_wakeup(), Instant::never());
}

TEST_P(Reassembly, WithoutTheFirstFragmentItIsGivenUpInSilence_Rfc4443_3_3) {
    add(pieces(4000)[1]);
    EXPECT_FALSE(reassembler.take_expired(at(60s)).has_value());
    EXPECT_EQ(reassembler.packets(), 0U);
}

TEST_P(Reassembly, MemoryIsBoundedAndTheOldestMakesWay) {
    Reassembler small{{.memory = 10'000, .packets = 4}};
    for (std::uint32_t identification = 0; identification < 100; ++identification) {
        Opened opened = open_ip(*read_ip(pieces(4000, 1500, identification)[0]));
        small.add(opened.packet, *opened.fragment, at(1s * identification));
        EXPECT_LE(small.memory(), 10'000U);
        EXPECT_LE(small.packets(), 4U);
    }
    EXPECT_EQ(small.packets(), 4U);
}

TEST_P(Reassembly, ALengthThatIsNoMultipleOf8OrBeyond65535IsRefused_Rfc8200_4_5) {
    const bool is_v6 = header.target.family() == Family::inet6;
    const auto odd = add(0, 9, true);
    EXPECT_FALSE(odd.whole.has_value());
    EXPECT_EQ(odd.problem.has_value(), is_v6);
    const auto beyond = add(65'528, 16, false);
    EXPECT_EQ(beyond.problem.has_value(), is_v6);
    if (is_v6) {
        EXPECT_EQ(odd.problem->value, 4U) << "the payload length";
        EXPECT_EQ(beyond.problem->value, 42U) << "the fragment offset";
    }
    EXPECT_EQ(reassembler.packets(), 0U);
}

TEST_P(Reassembly, OneOctetAtATimeCostsNoMoreThanTheLimit) {
    Reassembler small{{.memory = 4096}};
    for (std::size_t offset = 0; offset < 60'000; offset += 16) {
        Packet piece{8};
        write_ip_fragment(piece, header, {.identification = 1, .offset = offset, .more = true});
        Opened opened = open_ip(*read_ip(std::move(piece)));
        small.add(opened.packet, *opened.fragment, now);
        EXPECT_LE(small.memory(), 4096U);
    }
}

TEST(Fragments, AnAtomicFragmentIsAPacketOfItsOwn_Rfc6946_4) {
    IpPacket packet = test::udp("2001:db8::1", "2001:db8::2");
    write_ip_fragment(packet.payload, packet.header, {.identification = 9, .offset = 0, .more = false});
    const Opened opened = open_ip(*read_ip(std::move(packet.payload)));
    EXPECT_FALSE(opened.fragment.has_value());
    EXPECT_EQ(opened.packet.header.protocol, wire::protocol::udp);
}

TEST(Fragments, TimeIsExceededWhereTheRestDoesNotCome_Rfc792_Rfc4443_3_3) {
    test::Box host;
    test::Box peer;
    host.plug(1, {"2001:db8::1/64"});
    peer.plug(2, {"2001:db8::2/64"});
    test::Net net;
    net.connect(host, 0, peer, 0);
    host.stack.send(test::udp("2001:db8::1", "2001:db8::2"), {}).value();
    net.run({});
    host.stack.send(test::udp("2001:db8::1", "2001:db8::2", 2000), {}).value();
    auto first = host.devices.front().take();
    (void)host.devices.front().take();  // the second is lost
    peer.hear(*std::move(first), {});
    peer.stack.poll(at(60s));
    EXPECT_THAT(net.run(at(60s)), HasSubstr("time exceeded"));
    EXPECT_EQ(host.stack.take_notice()->kind, IcmpNotice::Kind::reassembly_exceeded);
}

}  // namespace
}  // namespace sockeye::network
