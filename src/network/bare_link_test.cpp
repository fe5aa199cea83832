// A link without addresses, as a tun device has: IP packets come and go without frames, and nobody is asked.
#include "network/ip_header.hpp"
#include "test/support/ip_harness.hpp"

namespace sockeye::network::test {
namespace {

struct BareHost {
    Ip stack{{}, Random{1}};
    link::Device device{"tun0", {}, 1500, link::Framing::none};

    explicit BareHost(std::initializer_list<Prefix> addresses) { stack.add_interface(device, addresses); }
};

TEST(BareLink, APacketLeavesAtOnceAndBare_BothFamilies) {
    BareHost host{prefix("10.0.0.1/0"), prefix("fd00::1/0")};
    for (const auto& [from, to] : {std::pair{"10.0.0.1", "192.0.2.1"}, std::pair{"fd00::1", "2001:db8::1"}}) {
        ASSERT_TRUE(host.stack.send(udp(from, to), at(0s)));
        const auto packet = host.device.take();
        ASSERT_TRUE(packet);
        const auto arrival = read_ip(*packet);
        ASSERT_TRUE(arrival) << "no frame is around it";
        EXPECT_EQ(arrival->header.target, ip(to));
    }
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never()) << "nobody is being asked for";
}

TEST(BareLink, APacketIsHeardAsItIs) {
    BareHost host{prefix("10.0.0.1/0")};
    IpPacket sent = udp("192.0.2.1", "10.0.0.1");
    write_ip(sent.payload, sent.header);
    const auto heard = host.stack.receive(host.device, sent.payload, at(0s));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->header.source, ip("192.0.2.1"));
}

TEST(BareLink, APacketForSomebodyElseIsNot) {
    BareHost host{prefix("10.0.0.1/24")};
    IpPacket sent = udp("192.0.2.1", "10.0.0.2");
    write_ip(sent.payload, sent.header);
    EXPECT_FALSE(host.stack.receive(host.device, sent.payload, at(0s)));
}

TEST(BareLink, HasNoLinkLocalAddress_AndAnswersNoSolicitation) {
    BareHost host{prefix("fd00::1/64")};
    EXPECT_EQ(host.stack.interfaces().front().addresses().size(), 1U);
    host.stack.interfaces().front().receive({.kind = NeighbourMessage::Kind::solicitation,
                                             .target = ip("fd00::1"),
                                             .sender = ip("fd00::2"),
                                             .mac = mac(2)},
                                            at(0s));
    EXPECT_FALSE(host.device.has_frames());
}

}  // namespace
}  // namespace sockeye::network::test
