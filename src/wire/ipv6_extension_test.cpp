#include "wire/ipv6_extension.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

TEST(ExtensionChains, MayBeEmpty) {
    const auto payload = from_hex("de ad");
    const auto chain = parse_ipv6_chain(protocol::udp, payload).value();
    EXPECT_EQ(chain.protocol, protocol::udp);
    EXPECT_EQ(to_hex(chain.payload), "de ad");
    EXPECT_EQ(chain.protocol_at, std::nullopt);
}

// Hop-by-hop with a router alert, routing, an atomic fragment, destination options, then UDP.
const Octets whole_chain = from_hex(
    "2b 00 05 02 0000 01 00"
    "2c 00 04 00 00000000"
    "3c 00 0000 00000007"
    "11 00 01 04 00000000"
    "de ad");

TEST(ExtensionChains, AreFollowedToWhatTheyCarry_RFC8200_4) {
    const auto chain = parse_ipv6_chain(protocol::hop_by_hop_options, whole_chain).value();
    EXPECT_EQ(chain.protocol, protocol::udp);
    EXPECT_EQ(chain.protocol_at, 24U);
    EXPECT_EQ(to_hex(chain.payload), "de ad");
    EXPECT_EQ(chain.routing, (Ipv6Routing{.type = 4, .segments_left = 0}));
    EXPECT_EQ(chain.routing_at, 8U);
    EXPECT_EQ(chain.fragment->identification, 7U);
    EXPECT_FALSE(chain.fragment->is_fragment());
    EXPECT_EQ(chain.unknown_option, std::nullopt);
}

TEST(ExtensionChains, CutInAHeaderAreTruncated) {
    for (std::size_t length = 0; length < whole_chain.size() - 2; ++length) {
        const auto chain =
            parse_ipv6_chain(protocol::hop_by_hop_options, std::span{whole_chain}.first(length));
        EXPECT_EQ(chain.error(), Malformed::truncated) << length;
    }
}

TEST(ExtensionChains, EndAtAFragment_RFC8200_4_5) {
    // A first fragment of a packet that begins with destination options, offset 0, more to come.
    const auto first = from_hex("3c 00 0001 00000007 11 00 01 04 00000000 de ad");
    const auto chain = parse_ipv6_chain(protocol::ipv6_fragment, first).value();
    EXPECT_EQ(chain.fragment, (Ipv6Fragment{protocol::destination_options, 0, true, 7}));
    EXPECT_EQ(chain.protocol, protocol::destination_options);
    EXPECT_EQ(chain.payload.size(), 10U);

    const auto later = parse_ipv6_chain(protocol::ipv6_fragment, from_hex("11 00 0010 00000007 ff")).value();
    EXPECT_EQ(later.fragment, (Ipv6Fragment{protocol::udp, 16, false, 7}));
    EXPECT_TRUE(later.fragment->is_fragment());
}

TEST(ExtensionChains, TakeHopByHopOptionsInTheFirstPlaceAlone_RFC8200_4_1) {
    const auto octets = from_hex("00 00 01 04 00000000 11 00 01 04 00000000");
    const auto chain = parse_ipv6_chain(protocol::destination_options, octets).value();
    EXPECT_EQ(chain.protocol, protocol::hop_by_hop_options);
    EXPECT_EQ(chain.protocol_at, 0U);
}

TEST(ExtensionChains, AreBounded) {
    Packet packet;
    for (std::size_t i = 0; i < Ipv6Chain::maximum_headers; ++i)
        prepend_ipv6_options(packet, i == 0 ? protocol::udp : protocol::destination_options, {});
    EXPECT_EQ(parse_ipv6_chain(protocol::destination_options, packet.bytes()).value().protocol,
              protocol::udp);
    prepend_ipv6_options(packet, protocol::destination_options, {});
    EXPECT_EQ(parse_ipv6_chain(protocol::destination_options, packet.bytes()).error(), Malformed::too_many);
}

TEST(ExtensionOptions, ThatAreUnknownSayWhatToDo_RFC8200_4_2) {
    const auto action_of = [](std::string_view option) {
        Packet packet;
        prepend_ipv6_options(packet, protocol::udp, from_hex(option));
        return parse_ipv6_chain(protocol::destination_options, packet.bytes()).value().unknown_option;
    };
    EXPECT_EQ(action_of("3e 01 ff"), std::nullopt);
    EXPECT_EQ(action_of("7e 01 ff"), (Ipv6UnknownOption{Ipv6OptionAction::discard, 2}));
    EXPECT_EQ(action_of("be 00"), (Ipv6UnknownOption{Ipv6OptionAction::discard_and_report, 2}));
    EXPECT_EQ(action_of("00 fe 00 7e 00"),
              (Ipv6UnknownOption{Ipv6OptionAction::discard_and_report_unicast, 3}));
}

TEST(ExtensionOptions, ThatRunPastTheirHeaderAreRefused) {
    EXPECT_EQ(parse_ipv6_chain(protocol::destination_options, from_hex("11 00 01 05 00000000 00")).error(),
              Malformed::bad_option);
    EXPECT_EQ(parse_ipv6_chain(protocol::destination_options, from_hex("11 00 00 00 00 00 00 3e")).error(),
              Malformed::bad_option);
}

RC_GTEST_PROP(ExtensionHeaders, AreReadBackAsTheyWereWritten,
              (std::uint8_t type, std::uint8_t segments_left, std::uint32_t identification, bool more)) {
    const Octets payload = *test::any_octets();
    const Ipv6Fragment fragment{.next_header = protocol::udp,
                                .offset = static_cast<std::uint16_t>(8 * *rc::gen::inRange(0, 8192)),
                                .more_fragments = more,
                                .identification = identification};
    const Ipv6Routing routing{type, segments_left};
    const Octets value = *rc::gen::resize(200, test::any_octets());
    Octets option = from_hex("3e 00");
    option[1] = static_cast<std::byte>(value.size());
    option.insert(option.end(), value.begin(), value.end());

    Packet packet{payload};
    prepend_ipv6_fragment(packet, fragment);
    prepend_ipv6_routing(packet, protocol::ipv6_fragment, routing);
    prepend_ipv6_options(packet, protocol::ipv6_routing, option);
    RC_ASSERT((packet.size() - payload.size()) % 8 == 0U);

    const auto chain = parse_ipv6_chain(protocol::hop_by_hop_options, packet.bytes()).value();
    RC_ASSERT(chain.fragment == fragment);
    RC_ASSERT(chain.routing == routing);
    RC_ASSERT(chain.protocol == protocol::udp);
    RC_ASSERT(std::ranges::equal(chain.payload, payload));
}

}  // namespace
}  // namespace sockeye::wire
