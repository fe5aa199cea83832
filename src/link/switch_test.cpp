#include "link/switch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sockeye::link {
namespace {

using wire::MacAddress;

constexpr Forwarding dropped{.why = Forwarding::Why::is_there_already};
constexpr Forwarding flooded{.kind = Forwarding::Kind::flood};
constexpr Forwarding to_port(Port port) {
    return {.kind = Forwarding::Kind::one, .port = port};
}

MacAddress station(std::uint32_t number) {
    const auto octet = [&](int shift) { return static_cast<std::uint8_t>(number >> shift); };
    return MacAddress{{0x02, 0, octet(24), octet(16), octet(8), octet(0)}};
}

const MacAddress multicast{{0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb}};

Packet frame(MacAddress source, MacAddress target) {
    Packet packet{46};
    std::ranges::fill(packet.writable(), std::byte{});
    wire::prepend_ethernet(packet, {target, source, wire::EtherType::ipv4});
    return packet;
}

Forwarding pass(Switch& sw, Port port, MacAddress source, MacAddress target, Instant now = {}) {
    return sw.receive(port, frame(source, target), now);
}

TEST(Switch, FloodsAFrameWhoseTargetItDoesNotKnow) {
    Switch sw;
    EXPECT_EQ(pass(sw, 0, station(1), station(2)), flooded);
}

TEST(Switch, SendsToOnePortWhereItHasHeardTheTarget) {
    Switch sw;
    pass(sw, 0, station(1), station(2));
    EXPECT_EQ(pass(sw, 1, station(2), station(1)), to_port(0));
    EXPECT_EQ(pass(sw, 0, station(1), station(2)), to_port(1));
}

TEST(Switch, FloodsBroadcastAndMulticastHoweverMuchItKnows) {
    Switch sw;
    pass(sw, 0, station(1), station(2));
    EXPECT_EQ(pass(sw, 1, station(2), MacAddress::broadcast()), flooded);
    EXPECT_EQ(pass(sw, 1, station(2), multicast), flooded);
}

TEST(Switch, DropsAFrameWhoseTargetIsWhereItCameFrom) {
    Switch sw;
    pass(sw, 3, station(1), station(9));
    EXPECT_EQ(pass(sw, 3, station(2), station(1)), dropped);
}

TEST(Switch, FollowsAStationToAnotherPort) {
    Switch sw;
    pass(sw, 0, station(1), station(2));
    pass(sw, 5, station(1), station(2));
    EXPECT_EQ(pass(sw, 1, station(2), station(1)), to_port(5));
}

TEST(Switch, ForgetsAStationThatWasSilentFor300Seconds) {
    Switch sw;
    pass(sw, 0, station(1), station(2), Instant{});
    EXPECT_EQ(pass(sw, 1, station(2), station(1), Instant{300s - 1ns}), to_port(0));
    EXPECT_EQ(pass(sw, 1, station(2), station(1), Instant{300s}), flooded);
}

TEST(Switch, EachFrameOfAStationRenewsItsEntry) {
    Switch sw;
    pass(sw, 0, station(1), station(2), Instant{});
    pass(sw, 0, station(1), station(2), Instant{299s});
    EXPECT_EQ(pass(sw, 1, station(2), station(1), Instant{598s}), to_port(0));
}

TEST(Switch, LearnsNoGroupAddress) {
    Switch sw;
    pass(sw, 0, multicast, station(1));
    pass(sw, 0, MacAddress::broadcast(), station(1));
    EXPECT_EQ(sw.table().size(), 0u);
}

TEST(Switch, DropsWhatIsShorterThanAnEthernetHeader) {
    Switch sw;
    const Forwarding refused{.why = Forwarding::Why::not_a_frame};
    EXPECT_EQ(sw.receive(0, Packet{13}, Instant{}), refused);
    EXPECT_EQ(sw.receive(0, {}, Instant{}), refused);
}

TEST(Switch, AFloodOfInventedSendersFillsTheTableAndNoMore) {
    Switch sw;
    pass(sw, 7, station(0), MacAddress::broadcast(), Instant{});
    for (std::uint32_t i = 1; i < 3 * MacTable::limit; ++i)
        pass(sw, 1, station(i), MacAddress::broadcast(), Instant{1s});
    EXPECT_EQ(sw.table().size(), MacTable::limit);

    EXPECT_EQ(pass(sw, 1, station(1), station(0), Instant{2s}), to_port(7)) << "who was there stays known";
    EXPECT_EQ(pass(sw, 0, station(1), station(3 * MacTable::limit - 1), Instant{2s}), flooded);
}

TEST(Switch, MakesRoomInAFullTableWhenEntriesHaveAged) {
    Switch sw;
    for (std::uint32_t i = 0; i < MacTable::limit; ++i)
        pass(sw, 1, station(i), MacAddress::broadcast(), Instant{});
    const MacAddress late = station(1'000'000);
    pass(sw, 2, late, MacAddress::broadcast(), Instant{299s});
    EXPECT_EQ(pass(sw, 1, station(0), late, Instant{299s}), flooded);
    pass(sw, 2, late, MacAddress::broadcast(), Instant{300s});
    EXPECT_EQ(pass(sw, 1, station(0), late, Instant{300s}), to_port(2));
}

TEST(Switch, AgesAsItWasTold) {
    Switch sw{{.ageing = 10s}};
    pass(sw, 0, station(1), station(2), Instant{});
    EXPECT_EQ(pass(sw, 1, station(2), station(1), Instant{10s - 1ns}), to_port(0));
    EXPECT_EQ(pass(sw, 1, station(2), station(1), Instant{10s}), flooded);
}

TEST(Switch, ShowsWhomItKnowsAndForHowLong) {
    Switch sw;
    pass(sw, 4, station(2), station(9), Instant{});
    pass(sw, 3, station(1), station(9), Instant{100s});
    const std::vector<MacTable::Entry> entries = sw.table().entries(Instant{150s});
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].station, station(1));
    EXPECT_EQ(entries[0].port, 3u);
    EXPECT_EQ(entries[0].age, 50s);
    EXPECT_EQ(entries[1].station, station(2));
    EXPECT_EQ(sw.table().entries(Instant{301s}).size(), 1u);
}

TEST(Switch, ForgetsWhoWasBehindACableThatWasCut) {
    Switch sw;
    pass(sw, 0, station(1), station(2));
    pass(sw, 1, station(3), station(2));
    sw.disconnect(0, Instant{});
    EXPECT_EQ(pass(sw, 2, station(2), station(1)), flooded);
    EXPECT_EQ(pass(sw, 2, station(2), station(3)), to_port(1));
}

TEST(Switch, StormControlAdmitsSoManyFloodedFramesASecondFromEachPort) {
    Switch sw{{.storm_limit = 3}};
    const Forwarding refused{.why = Forwarding::Why::storm};
    pass(sw, 1, station(9), station(8));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(pass(sw, 0, station(1), MacAddress::broadcast(), Instant{500ms}), flooded);
    EXPECT_EQ(pass(sw, 0, station(1), MacAddress::broadcast(), Instant{600ms}), refused);
    EXPECT_EQ(pass(sw, 0, station(1), station(7), Instant{600ms}), refused) << "unknown, so a flood";
    EXPECT_EQ(pass(sw, 0, station(1), station(9), Instant{600ms}), to_port(1)) << "no flood";
    EXPECT_EQ(pass(sw, 2, station(2), MacAddress::broadcast(), Instant{600ms}), flooded) << "another port";
    EXPECT_EQ(pass(sw, 0, station(1), MacAddress::broadcast(), Instant{1s}), flooded) << "another second";
}

// Checklist 26, with its third case: multicast. The model is the definition, without a table limit.
RC_GTEST_PROP(Switch, FloodsIfAndOnlyIfTheTargetIsAGroupOrUnknown, ()) {
    struct Heard {
        Port port;
        Instant at;
    };
    Switch sw;
    std::map<std::uint32_t, Heard> heard;
    Instant now;
    const int frames = *rc::gen::inRange(1, 60);
    for (int i = 0; i < frames; ++i) {
        now = now + Duration{1s} * *rc::gen::inRange(0, 200);
        const Port port = *rc::gen::inRange<Port>(0, 4);
        const auto source = *rc::gen::inRange<std::uint32_t>(1, 6);
        const auto target = *rc::gen::inRange<std::uint32_t>(0, 6);  // 0: a group
        heard.insert_or_assign(source, Heard{port, now});

        const MacAddress group = *rc::gen::element(MacAddress::broadcast(), multicast);
        const Forwarding got = pass(sw, port, station(source), target == 0 ? group : station(target), now);

        const auto known = heard.find(target);
        if (target == 0 || known == heard.end() || now - known->second.at >= 300s)
            RC_ASSERT(got == flooded);
        else
            RC_ASSERT(got == (known->second.port == port ? dropped : to_port(known->second.port)));
    }
}

}  // namespace
}  // namespace sockeye::link
