// What a program may do with its host's cards, and what a card without an address says and hears.
#include "sockeye/cards.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/node.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using testing::HasSubstr;
using testing::Not;

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

struct CardsTest : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& late = lab.add_host("late", lan);

    static CardInfo card(Network& host) { return card_list(host).value().at(0); }
    /// Its IPv4 addresses.
    static std::string addresses(Network& host) {
        std::string text;
        for (const Prefix& each : card(host).addresses)
            if (each.address.family() == Family::inet) text += (text.empty() ? "" : " ") + each.to_string();
        return text;
    }
    /// On a port of its own card's alone, as a DHCP client is.
    static Socket client_of(Network& host, std::string_view name = "eth0") {
        Socket socket{host, Family::inet, SocketType::datagram};
        socket.setsockopt(option::so_broadcast, true).value();
        socket.setsockopt(option::so_bindtodevice, std::string{name}).value();
        socket.bind({"", 68}).value();
        return socket;
    }
};

TEST_F(CardsTest, AHostIsBornWithoutAnAddressIfItIsGivenNone) {
    EXPECT_EQ(addresses(late), "");
    EXPECT_EQ(card(late).name, "eth0");
    EXPECT_EQ(card(late).index, 1U);
    EXPECT_EQ(card(late).mac, (CardAddress{2, 0, 0, 0, 0, 2}));
    EXPECT_EQ(addresses(server), "10.0.0.1/24");
    Socket socket{late, Family::inet, SocketType::datagram};
    EXPECT_EQ(socket.sendto("hi", Address{"10.0.0.1", 9}).wait().error(), Errc::unreachable);
}

TEST_F(CardsTest, WithoutAnAddressItSpeaksToAllFromNone_Rfc1122_3_2_1_3) {
    Socket heard = create_datagram_server(server, {"", 67}).value();
    Socket socket = client_of(late);
    ASSERT_TRUE(socket.sendto("where am I?", Address{"<broadcast>", 67}).wait());
    const Datagram datagram = heard.recvfrom(100).wait().value();
    EXPECT_EQ(datagram.bytes.text(), "where am I?");
    EXPECT_EQ(datagram.sender, (Address{"0.0.0.0", 68}));
}

TEST_F(CardsTest, ItHearsWhatIsForTheAddressThatItIsOffered_Rfc2131_4_1) {
    Socket socket = client_of(late);
    Socket other = create_datagram_server(late, {"", 69}).value();
    ASSERT_TRUE(introduce_neighbour(server, 1, ip("10.0.0.9"), card(late).mac));
    Socket sender{server, Family::inet, SocketType::datagram};
    ASSERT_TRUE(sender.sendto("10.0.0.9?", Address{"10.0.0.9", 68}).wait());
    EXPECT_EQ(socket.recvfrom(100, 1s).wait().value().bytes.text(), "10.0.0.9?");
    EXPECT_THAT(ladder(lab), Not(HasSubstr("ARP"))) << "nobody had to ask who has it";

    ASSERT_TRUE(sender.sendto("is this served?", Address{"10.0.0.9", 7}).wait());
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_THAT(ladder(lab), Not(HasSubstr("unreachable"))) << "it is not the one to say so";

    add_address(late, 1, prefix("10.0.0.8/24")).value();
    ASSERT_TRUE(sender.sendto("still?", Address{"10.0.0.9", 68}).wait());
    EXPECT_EQ(socket.recvfrom(100, 1s).wait().error(), Errc::timed_out) << "it has one of its own by now";
}

TEST_F(CardsTest, AnAddressIsTakenAtOnceOrOnceNobodyHasObjected) {
    ASSERT_TRUE(add_address(late, 1, prefix("10.0.0.8/24")));
    EXPECT_EQ(addresses(late), "10.0.0.8/24");
    ASSERT_TRUE(claim_address(late, 1, prefix("10.0.0.9/24")).wait());
    EXPECT_EQ(addresses(late), "10.0.0.8/24 10.0.0.9/24");
    EXPECT_GE(lab.now(), Instant{4s});
    EXPECT_LE(lab.now(), Instant{7s});
    Socket socket = create_datagram_server(server, {"10.0.0.1", 9}).value();
    ASSERT_TRUE(socket.sendto("hi", Address{"10.0.0.9", 9}).wait());
    EXPECT_EQ(lab.conflicts().size(), 0U);
}

TEST_F(CardsTest, AnAddressThatSomebodyHasIsNotTaken_Rfc5227_2_1_1) {
    EXPECT_EQ(claim_address(late, 1, prefix("10.0.0.1/24")).wait().error(), Errc::address_in_use);
    EXPECT_EQ(addresses(late), "");
    EXPECT_EQ(lab.conflicts().size(), 1U);
}

TEST_F(CardsTest, OfTwoThatWantOneAddressWhoeverAsksFirstTakesIt_Rfc5227_2_1_1) {
    Host& third = lab.add_host("third", lan);
    std::optional<Result<void>> other;
    const auto claim = [](Network& host, std::optional<Result<void>>& into) -> Task<> {
        Result<void> claimed = co_await claim_address(host, 1, prefix("10.0.0.9/24"));
        into = claimed;
    };
    third.spawn(claim(third, other));
    const Result<void> one = claim_address(late, 1, prefix("10.0.0.9/24")).wait();
    ASSERT_TRUE(lab.run_for(10s));
    ASSERT_TRUE(other);
    EXPECT_NE(one.has_value(), other->has_value());
    EXPECT_EQ(addresses(late) + addresses(third), "10.0.0.9/24");
}

TEST_F(CardsTest, AClaimThatIsWithdrawnOrTimesOutLeavesNothing) {
    EXPECT_EQ(claim_address(late, 1, prefix("10.0.0.9/24"), 1s).wait().error(), Errc::timed_out);
    ASSERT_TRUE(lab.run_for(10s));
    EXPECT_EQ(addresses(late), "");
    EXPECT_TRUE(claim_address(late, 1, prefix("10.0.0.9/24")).wait()) << "it can be asked for again";
}

TEST_F(CardsTest, AnAddressThatIsRemovedIsGoneWithItsNetwork) {
    ASSERT_TRUE(add_address(late, 1, prefix("10.0.0.9/24")));
    ASSERT_TRUE(add_address(late, 1, prefix("10.0.0.8/24")));
    ASSERT_TRUE(remove_address(late, 1, ip("10.0.0.9")));
    Socket socket{late, Family::inet, SocketType::datagram};
    EXPECT_TRUE(socket.sendto("hi", Address{"10.0.0.1", 9}).wait()) << "the other one is in it too";
    ASSERT_TRUE(remove_address(late, 1, ip("10.0.0.8")));
    EXPECT_EQ(socket.sendto("hi", Address{"10.0.0.1", 9}).wait().error(), Errc::unreachable);
    EXPECT_EQ(remove_address(late, 1, ip("10.0.0.8")).error(), Errc::address_not_available);
    EXPECT_FALSE(socket.setsockopt(option::so_bindtodevice, std::string{"eth7"}));
    EXPECT_TRUE(add_address(late, 1, prefix("10.0.0.9/24")));
    EXPECT_TRUE(socket.sendto("hi", Address{"10.0.0.1", 9}).wait());
}

TEST_F(CardsTest, ARouteCanBeGivenAndTaken) {
    ASSERT_TRUE(add_address(late, 1, prefix("10.0.0.9/24")));
    const Prefix everything{};
    Socket socket{late, Family::inet, SocketType::datagram};
    EXPECT_EQ(add_route(late, everything, ip("10.9.9.9"), 1).error(), Errc::unreachable);
    ASSERT_TRUE(add_route(late, everything, ip("10.0.0.1"), 1));
    EXPECT_TRUE(socket.sendto("hi", Address{"192.0.2.1", 9}).wait());
    ASSERT_TRUE(remove_route(late, everything, ip("10.0.0.1"), 1));
    EXPECT_EQ(socket.sendto("hi", Address{"192.0.2.1", 9}).wait().error(), Errc::unreachable);
    EXPECT_EQ(remove_route(late, everything, ip("10.0.0.1"), 1).error(), Errc::not_found);
}

TEST_F(CardsTest, AMistakeIsNamed) {
    EXPECT_EQ(add_address(late, 2, prefix("10.0.0.9/24")).error(), Errc::address_not_available);
    EXPECT_EQ(add_address(late, 0, prefix("10.0.0.9/24")).error(), Errc::address_not_available);
    EXPECT_EQ(add_address(late, 1, prefix("224.0.0.1/24")).error(), Errc::invalid_argument);
    EXPECT_EQ(add_address(server, 1, prefix("10.0.0.1/24")).error(), Errc::exists);
    EXPECT_EQ(claim_address(server, 1, prefix("10.0.0.1/24")).wait().error(), Errc::exists);
    EXPECT_EQ(introduce_neighbour(server, 2, ip("10.0.0.9"), {}).error(), Errc::address_not_available);
    EXPECT_EQ(introduce_neighbour(server, 1, ip("255.255.255.255"), {}).error(), Errc::invalid_argument);
}

TEST_F(CardsTest, TheLabKnowsItsHostsByTheAddressesThatTheyHaveNow) {
    EXPECT_EQ(late.node().describe(), "host late 02:00:00:00:00:02");
    ASSERT_TRUE(add_address(late, 1, prefix("10.0.0.9/24")));
    EXPECT_EQ(late.node().describe(), "host late 10.0.0.9/24 02:00:00:00:00:02");
    ASSERT_TRUE(remove_address(late, 1, ip("10.0.0.9")));
    EXPECT_EQ(late.node().describe(), "host late 02:00:00:00:00:02");
}

/// A host on two networks.
struct TwoCards : testing::Test {
    Lab lab;
    Switch& left = lab.add_switch("left");
    Switch& right = lab.add_switch("right");
    Host& a = lab.add_host("a", left, "10.0.1.1/24");
    Host& b = lab.add_host("b", right, "10.0.2.1/24");
    Host& middle = lab.add_host("middle", left, "10.0.1.9/24");

    TwoCards() { lab.connect(middle, right, "10.0.2.9/24"); }

    Socket bound_to(std::string_view card) {
        Socket socket{middle, Family::inet, SocketType::datagram};
        socket.setsockopt(option::so_reuseaddr, true).value();
        socket.setsockopt(option::so_broadcast, true).value();
        socket.setsockopt(option::so_bindtodevice, std::string{card}).value();
        socket.bind({"", 9}).value();
        return socket;
    }
};

TEST_F(TwoCards, ASocketOfOneCardHearsThatCardAlone) {
    Socket of_left = bound_to("eth0");
    Socket of_right = bound_to("eth1");
    EXPECT_EQ(of_right.getsockopt(option::so_bindtodevice), "eth1");
    Socket from_a{a, Family::inet, SocketType::datagram};
    Socket from_b{b, Family::inet, SocketType::datagram};
    ASSERT_TRUE(from_b.sendto("from the right", Address{"10.0.2.9", 9}).wait());
    ASSERT_TRUE(from_a.sendto("from the left", Address{"10.0.1.9", 9}).wait());
    EXPECT_EQ(of_left.recv(100, 1s).wait().value().text(), "from the left");
    EXPECT_EQ(of_right.recv(100, 1s).wait().value().text(), "from the right");
    EXPECT_EQ(of_right.recv(100, 1s).wait().error(), Errc::timed_out);
}

TEST_F(TwoCards, ASocketOfOneCardSpeaksByThatCardAlone) {
    Socket of_right = bound_to("eth1");
    Socket heard = create_datagram_server(b, {"", 9}).value();
    ASSERT_TRUE(of_right.sendto("all", Address{"<broadcast>", 9}).wait());
    EXPECT_EQ(heard.recvfrom(100, 1s).wait().value().sender, (Address{"10.0.2.9", 9}));
    EXPECT_TRUE(of_right.sendto("one", Address{"10.0.2.1", 9}).wait());
    EXPECT_EQ(of_right.sendto("one", Address{"10.0.1.1", 9}).wait().error(), Errc::unreachable);
    of_right.setsockopt(option::so_bindtodevice, std::string{}).value();
    EXPECT_TRUE(of_right.sendto("one", Address{"10.0.1.1", 9}).wait());
}

TEST_F(TwoCards, AMessageTellsItsCardAndMayBeSentByOne) {
    Socket socket = create_datagram_server(middle, {"", 9}).value();
    socket.setsockopt(option::ip_pktinfo, true).value();
    socket.setsockopt(option::so_broadcast, true).value();
    Socket of_b = create_datagram_server(b, {"", 9}).value();
    ASSERT_TRUE(of_b.sendto("who?", Address{"10.0.2.9", 9}).wait());
    const Message asked = socket.recvmsg(100, cmsg_space(20)).wait().value();
    EXPECT_EQ(asked.ancillary.packet_info->interface, 2U);

    OutgoingMessage answer{"me"};
    answer.to = Address{"<broadcast>", 9};
    answer.packet_info = PacketInfo{ip("10.0.2.9"), 2};
    ASSERT_TRUE(socket.sendmsg(std::move(answer)).wait());
    EXPECT_EQ(of_b.recvfrom(100, 1s).wait().value().sender, (Address{"10.0.2.9", 9}));
}

}  // namespace
}  // namespace sockeye
