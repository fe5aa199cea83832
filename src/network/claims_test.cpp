// Taking an address: probe, announce, defend (RFC 5227, RFC 4862 §5.4).
#include "network/claims.hpp"

#include "test/support/ip_harness.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::prefix;

struct Plan {
    const char* name;
    const char* address;
    const char* prefix;
};

class ClaimsOfBoth : public testing::TestWithParam<Plan> {
protected:
    ClaimsOfBoth() {
        host.plug(1, {});
        peer.plug(2, {});
        net.connect(host, 0, peer, 0);
    }
    Interface& card(test::Box& box) { return box.stack.interfaces().front(); }
    /// What crosses the cable, until `end`.
    std::vector<std::string> pass(Instant end) {
        std::vector<std::string> lines;
        for (; now <= end; now = now + 10ms)
            if (std::string line = net.run(now); !line.empty()) lines.push_back(std::move(line));
        return lines;
    }
    test::Box host{{}, 1};
    test::Box peer{{}, 2};
    test::Net net;
    Instant now;
};

INSTANTIATE_TEST_SUITE_P(Families, ClaimsOfBoth,
                         testing::Values(Plan{"Arp", "10.0.0.1", "10.0.0.1/24"},
                                         Plan{"Discovery", "2001:db8::1", "2001:db8::1/64"}),
                         [](const auto& plan) { return std::string{plan.param.name}; });

TEST_P(ClaimsOfBoth, AFreeAddressIsOursAfterTheProbesAndNotBefore_Rfc5227_2_1_Rfc4862_5_4) {
    const bool is_arp = ip(GetParam().address).family() == Family::inet;
    card(host).claim_address(prefix(GetParam().prefix), now);
    EXPECT_FALSE(card(host).owns(ip(GetParam().address)));
    const auto lines = pass(at(20s));
    EXPECT_TRUE(card(host).owns(ip(GetParam().address)));
    EXPECT_EQ(lines.size(), is_arp ? 3U + 2U : 1U) << "probes and announcements";
    EXPECT_FALSE(host.stack.take_conflict().has_value());
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never());
}

TEST_P(ClaimsOfBoth, AnAddressThatSomebodyHasIsGivenUpAndReported_Rfc5227_2_1_1_Rfc4862_5_4_5) {
    card(peer).add_address(prefix(GetParam().prefix));
    card(host).claim_address(prefix(GetParam().prefix), now);
    pass(at(20s));
    EXPECT_FALSE(card(host).owns(ip(GetParam().address)));
    const auto conflict = host.stack.take_conflict();
    ASSERT_TRUE(conflict.has_value());
    EXPECT_EQ(conflict->address, ip(GetParam().address));
    EXPECT_EQ(conflict->other, test::mac(2));
    EXPECT_FALSE(conflict->was_ours);
    EXPECT_FALSE(peer.stack.take_conflict().has_value()) << "a probe is no conflict";
}

TEST_P(ClaimsOfBoth, OfTwoWhoProbeAtOnceAtMostOneGetsIt_Rfc5227_2_1_1_Rfc4862_5_4_3) {
    card(host).claim_address(prefix(GetParam().prefix), now);
    card(peer).claim_address(prefix(GetParam().prefix), now);
    pass(at(20s));
    EXPECT_FALSE(card(host).owns(ip(GetParam().address)) && card(peer).owns(ip(GetParam().address)));
}

TEST_P(ClaimsOfBoth, AnAddressThatIsOursIsAnnouncedTwice_Rfc5227_2_3_Rfc4861_7_2_6) {
    card(host).add_address(prefix(GetParam().prefix));
    card(host).announce(prefix(GetParam().prefix), now);
    EXPECT_EQ(pass(at(20s)).size(), 2U);
    EXPECT_TRUE(card(host).owns(ip(GetParam().address)));
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never());
}

TEST_P(ClaimsOfBoth, WhoHasAnAnnouncedAddressAlreadyReportsIt_Rfc5227_2_4) {
    card(peer).add_address(prefix(GetParam().prefix));
    card(host).add_address(prefix(GetParam().prefix));
    card(host).announce(prefix(GetParam().prefix), now);
    pass(at(20s));
    const auto conflict = peer.stack.take_conflict();
    ASSERT_TRUE(conflict.has_value());
    EXPECT_EQ(conflict->other, test::mac(1));
    EXPECT_TRUE(conflict->was_ours);
}

TEST(ClaimsArp, AnAddressInUseIsDefendedOnceInTenSeconds_Rfc5227_2_4) {
    test::Box host;
    host.plug(1, {"10.0.0.1/24"});
    const NeighbourMessage thief{.kind = NeighbourMessage::Kind::advertisement,
                                 .target = ip("10.0.0.1"),
                                 .sender = ip("10.0.0.1"),
                                 .mac = test::mac(9)};
    std::vector<Duration> defences;
    for (Duration when = 0s; when <= 12s; when += 1s) {
        host.stack.interfaces().front().receive(thief, at(when));
        if (!host.sent().empty()) defences.push_back(when);
        const auto conflict = host.stack.take_conflict();
        ASSERT_TRUE(conflict.has_value());
        EXPECT_TRUE(conflict->was_ours);
    }
    EXPECT_EQ(defences, (std::vector<Duration>{0s, 10s}));
    EXPECT_TRUE(host.stack.interfaces().front().owns(ip("10.0.0.1")));
}

}  // namespace
}  // namespace sockeye::network
