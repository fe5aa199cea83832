#include "app/dhcp/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/dhcp/lease.hpp"

namespace sockeye::app::dhcp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;
using Way = Departure::Way;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

wire::MacAddress mac(std::uint8_t last) {
    return wire::MacAddress{{2, 0, 0, 0, 0, last}};
}

Subnet office() {
    return {.network = Prefix::parse("192.168.1.0/24").value(),
            .first = ip("192.168.1.101"),
            .last = ip("192.168.1.102"),
            .routers = {ip("192.168.1.1")},
            .name_servers = {ip("198.51.100.53"), ip("198.51.100.54")},
            .domain = "office.example",
            .reservations = {{mac(9), ip("192.168.1.9")}}};
}

struct Log : ServerObserver {
    void offered(const Binding& b) override { lines.push_back("offer " + b.ip.to_string()); }
    void leased(const Binding& b) override { lines.push_back("lease " + b.ip.to_string()); }
    void released(const Binding& b) override { lines.push_back("release " + b.ip.to_string()); }
    void declined(const IpAddress& ip_, const wire::MacAddress&) override {
        lines.push_back("decline " + ip_.to_string());
    }
    void refused(const wire::MacAddress&, std::string_view why) override {
        lines.push_back("refuse " + std::string{why});
    }
    void exhausted(const Prefix& network, const wire::MacAddress& client) override {
        lines.push_back("exhausted " + network.to_string() + " " + client.to_string());
    }
    std::vector<std::string> lines;
};

struct DhcpServerTest : testing::Test {
    Log log;
    Server server{{.subnets = {office(),
                               {.network = Prefix::parse("192.168.2.0/24").value(),
                                .first = ip("192.168.2.10"),
                                .last = ip("192.168.2.20")}}},
                  &log};
    IpAddress own = ip("192.168.1.1");
    Instant now;

    static DhcpMessage message(DhcpMessageType type, std::uint8_t client) {
        DhcpMessage message{.transaction = client, .mac = mac(client)};
        message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(type));
        return message;
    }
    std::optional<Departure> tell(const DhcpMessage& message) { return server.receive(message, own, now); }
    static DhcpMessage request(std::uint8_t client, std::string_view address,
                               std::optional<IpAddress> from_server) {
        DhcpMessage asked = message(DhcpMessageType::request, client);
        asked.options.set_address(DhcpOption::requested_address, ip(address));
        if (from_server) asked.options.set_address(DhcpOption::server_identifier, *from_server);
        return asked;
    }
    static DhcpMessage extension(std::uint8_t client, std::string_view address) {
        DhcpMessage asked = message(DhcpMessageType::request, client);
        asked.client = ip(address);
        return asked;
    }
    /// From DISCOVER to ACK. @returns the address
    std::string lease(std::uint8_t client) {
        const auto offer = tell(message(DhcpMessageType::discover, client));
        if (!offer) return "none";
        const std::string address = offer->message.your.to_string();
        const auto ack = tell(request(client, address, own));
        EXPECT_EQ(ack->message.type(), DhcpMessageType::ack);
        return address;
    }
};

TEST_F(DhcpServerTest, OffersWhatAHostNeeds_Rfc2131_4_3_1) {
    const auto offer = tell(message(DhcpMessageType::discover, 1));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->message.operation, wire::DhcpOperation::boot_reply);
    EXPECT_EQ(offer->message.type(), DhcpMessageType::offer);
    EXPECT_EQ(offer->message.transaction, 1U);
    EXPECT_EQ(offer->message.mac, mac(1));
    EXPECT_EQ(offer->message.your, ip("192.168.1.101"));
    const wire::DhcpOptions& options = offer->message.options;
    EXPECT_EQ(options.address(DhcpOption::server_identifier), own);
    EXPECT_EQ(options.address(DhcpOption::subnet_mask), ip("255.255.255.0"));
    EXPECT_EQ(options.address(DhcpOption::broadcast_address), ip("192.168.1.255"));
    EXPECT_EQ(options.address(DhcpOption::routers), ip("192.168.1.1"));
    EXPECT_THAT(options.addresses(DhcpOption::dns_servers),
                ElementsAre(ip("198.51.100.53"), ip("198.51.100.54")));
    EXPECT_EQ(options.text(DhcpOption::domain_name), "office.example");
    EXPECT_EQ(options.u32(DhcpOption::lease_time), 3600U);
    EXPECT_EQ(options.u32(DhcpOption::renewal_time), 1800U) << "half";
    EXPECT_EQ(options.u32(DhcpOption::rebinding_time), 3150U) << "seven eighths";
}

TEST_F(DhcpServerTest, TellsNoMoreThanTheClientAsksFor_Rfc2132_9_8) {
    DhcpMessage discover = message(DhcpMessageType::discover, 1);
    discover.options.set(DhcpOption::parameter_request_list, {std::byte{1}});
    const auto offer = tell(discover);
    EXPECT_TRUE(offer->message.options.find(DhcpOption::subnet_mask));
    EXPECT_FALSE(offer->message.options.find(DhcpOption::routers));
    EXPECT_FALSE(offer->message.options.find(DhcpOption::domain_name));
    EXPECT_TRUE(offer->message.options.find(DhcpOption::lease_time)) << "no lease without it";
}

TEST_F(DhcpServerTest, RepliesGoWhereTheClientHearsThem_Rfc2131_4_1) {
    auto offer = tell(message(DhcpMessageType::discover, 1));
    EXPECT_EQ(offer->way, Way::to_card);
    EXPECT_EQ(offer->to, (Address{"192.168.1.101", 68}));

    DhcpMessage deaf = message(DhcpMessageType::discover, 1);
    deaf.broadcast = true;
    offer = tell(deaf);
    EXPECT_EQ(offer->way, Way::broadcast);
    EXPECT_EQ(offer->to.port(), 68);
    EXPECT_TRUE(offer->message.broadcast);

    EXPECT_EQ(lease(2), "192.168.1.102");
    const auto renewed = tell(extension(2, "192.168.1.102"));
    EXPECT_EQ(renewed->way, Way::routed);
    EXPECT_EQ(renewed->to, (Address{"192.168.1.102", 68}));

    const auto refused = tell(request(1, "10.0.0.1", std::nullopt));
    EXPECT_EQ(refused->message.type(), DhcpMessageType::nak);
    EXPECT_EQ(refused->way, Way::broadcast);
}

TEST_F(DhcpServerTest, BehindARelayTheNetworkIsTheRelaysAndSoIsTheReply) {
    DhcpMessage discover = message(DhcpMessageType::discover, 1);
    discover.relay = ip("192.168.2.1");
    const auto offer = tell(discover);
    EXPECT_EQ(offer->message.your, ip("192.168.2.10"));
    EXPECT_EQ(offer->message.relay, ip("192.168.2.1"));
    EXPECT_EQ(offer->way, Way::routed);
    EXPECT_EQ(offer->to, (Address{"192.168.2.1", 67}));

    DhcpMessage wrong = request(1, "192.168.1.101", std::nullopt);
    wrong.relay = ip("192.168.2.1");
    const auto refused = tell(wrong);
    EXPECT_EQ(refused->message.type(), DhcpMessageType::nak);
    EXPECT_EQ(refused->to, (Address{"192.168.2.1", 67}));
    EXPECT_TRUE(refused->message.broadcast) << "for the relay to tell all";

    discover.relay = ip("172.16.0.1");
    EXPECT_FALSE(tell(discover)) << "a network that nobody has told it of";
}

TEST_F(DhcpServerTest, AClientBehindARelayRenewsWithoutIt) {
    DhcpMessage discover = message(DhcpMessageType::discover, 1);
    discover.relay = ip("192.168.2.1");
    ASSERT_TRUE(tell(discover));
    DhcpMessage asked = request(1, "192.168.2.10", own);
    asked.relay = ip("192.168.2.1");
    ASSERT_EQ(tell(asked)->message.type(), DhcpMessageType::ack);
    EXPECT_EQ(tell(extension(1, "192.168.2.10"))->message.type(), DhcpMessageType::ack);
}

TEST_F(DhcpServerTest, ALeaseIsAsLongAsTheClientAsksForWithinBounds) {
    DhcpMessage discover = message(DhcpMessageType::discover, 1);
    for (const auto& [asked, given] : {std::pair{600U, 600U}, {86'400U, 3600U}, {1U, 60U}}) {
        discover.options.set_u32(DhcpOption::lease_time, asked);
        EXPECT_EQ(tell(discover)->message.options.u32(DhcpOption::lease_time), given);
    }
}

TEST_F(DhcpServerTest, EchoesTheClientsIdentifier_Rfc6842_3) {
    DhcpMessage discover = message(DhcpMessageType::discover, 1);
    discover.options.set_text(DhcpOption::client_identifier, "laptop");
    EXPECT_EQ(tell(discover)->message.options.text(DhcpOption::client_identifier), "laptop");
}

TEST_F(DhcpServerTest, ReportsThatNoAddressIsLeftAndSaysNothing) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    EXPECT_EQ(lease(2), "192.168.1.102");
    log.lines.clear();
    EXPECT_EQ(lease(3), "none");
    EXPECT_THAT(log.lines, ElementsAre("exhausted 192.168.1.0/24 02:00:00:00:00:03"));
    now = Instant{3600s};
    EXPECT_EQ(lease(3), "192.168.1.101") << "whose lease has ended";
}

TEST_F(DhcpServerTest, AReservedAddressIsItsCards) {
    EXPECT_EQ(lease(9), "192.168.1.9");
}

TEST_F(DhcpServerTest, AnOfferNotTakenIsFreeForOthers) {
    ASSERT_EQ(tell(message(DhcpMessageType::discover, 1))->message.your, ip("192.168.1.101"));
    EXPECT_FALSE(tell(request(1, "10.0.0.7", ip("192.168.1.2")))) << "another server's offer is taken";
    EXPECT_EQ(lease(2), "192.168.1.102");
    EXPECT_EQ(lease(3), "192.168.1.101");
}

TEST_F(DhcpServerTest, RefusesWhatItDidNotOffer_Rfc2131_4_3_2) {
    const auto nak = tell(request(1, "192.168.1.101", own));
    ASSERT_TRUE(nak);
    EXPECT_EQ(nak->message.type(), DhcpMessageType::nak);
    EXPECT_TRUE(nak->message.your.is_unspecified());
    EXPECT_FALSE(nak->message.options.find(DhcpOption::lease_time));
    EXPECT_EQ(nak->message.options.text(DhcpOption::message), "the address was not offered");

    ASSERT_TRUE(tell(message(DhcpMessageType::discover, 1)));
    EXPECT_EQ(tell(request(1, "192.168.1.102", own))->message.type(), DhcpMessageType::nak);
}

TEST_F(DhcpServerTest, AnOfferThatWasTakenTooLateIsRefusedIfSomebodyElseHasIt) {
    ASSERT_TRUE(tell(message(DhcpMessageType::discover, 1)));
    ASSERT_TRUE(tell(message(DhcpMessageType::discover, 2)));
    now = Instant{60s};
    EXPECT_EQ(lease(3), "192.168.1.101");
    EXPECT_EQ(tell(request(1, "192.168.1.101", own))->message.type(), DhcpMessageType::nak);
    EXPECT_EQ(tell(request(2, "192.168.1.102", own))->message.type(), DhcpMessageType::ack)
        << "nobody has taken that one";
}

TEST_F(DhcpServerTest, AClientThatWasHereBeforeGetsItsAddressAgain_InitReboot) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    EXPECT_EQ(tell(request(1, "192.168.1.101", std::nullopt))->message.type(), DhcpMessageType::ack);
    EXPECT_EQ(tell(request(1, "192.168.1.102", std::nullopt))->message.type(), DhcpMessageType::nak)
        << "it is not what this client has";
    EXPECT_EQ(tell(request(2, "10.0.0.7", std::nullopt))->message.type(), DhcpMessageType::nak)
        << "nobody here can have that";
    EXPECT_FALSE(tell(request(2, "192.168.1.102", std::nullopt)))
        << "who knows nothing of the client must not say anything";
}

TEST_F(DhcpServerTest, ALeaseIsExtendedFromTheTimeItIsAskedFor) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    now = Instant{1800s};
    const auto ack = tell(extension(1, "192.168.1.101"));
    EXPECT_EQ(ack->message.type(), DhcpMessageType::ack);
    EXPECT_EQ(ack->message.client, ip("192.168.1.101"));
    EXPECT_EQ(ack->message.your, ip("192.168.1.101"));
    EXPECT_EQ(server.leases()[0].at(0).until, Instant{5400s});
}

TEST_F(DhcpServerTest, RefusesToExtendWhatTheClientDoesNotHaveAndLeavesOthersAlone) {
    EXPECT_EQ(tell(extension(1, "192.168.1.101"))->message.type(), DhcpMessageType::nak);
    EXPECT_FALSE(tell(extension(1, "192.168.1.77"))) << "not from this server's pool";
    EXPECT_EQ(lease(1), "192.168.1.101");
    now = Instant{3600s};
    EXPECT_EQ(lease(2), "192.168.1.102");
    EXPECT_EQ(lease(3), "192.168.1.101");
    EXPECT_EQ(tell(extension(1, "192.168.1.101"))->message.type(), DhcpMessageType::nak)
        << "it is somebody else's by now";
}

TEST_F(DhcpServerTest, ADeclinedAddressIsNotGivenForAWhile_Rfc2131_4_3_3) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    DhcpMessage decline = message(DhcpMessageType::decline, 1);
    decline.options.set_address(DhcpOption::requested_address, ip("192.168.1.101"));
    EXPECT_FALSE(tell(decline));
    EXPECT_EQ(server.leases()[0].at(0).state, Binding::State::bound) << "it names no server";
    decline.options.set_address(DhcpOption::server_identifier, own);
    log.lines.clear();
    EXPECT_FALSE(tell(decline));
    EXPECT_THAT(log.lines, ElementsAre("decline 192.168.1.101"));
    EXPECT_EQ(lease(1), "192.168.1.102");
    EXPECT_EQ(lease(2), "none");
    now = Instant{1h};
    EXPECT_EQ(lease(2), "192.168.1.101");
}

TEST_F(DhcpServerTest, NobodyDeclinesOrReleasesForOthers) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    log.lines.clear();
    DhcpMessage decline = message(DhcpMessageType::decline, 2);
    decline.options.set_address(DhcpOption::server_identifier, own);
    decline.options.set_address(DhcpOption::requested_address, ip("192.168.1.101"));
    EXPECT_FALSE(tell(decline));
    DhcpMessage release = message(DhcpMessageType::release, 2);
    release.options.set_address(DhcpOption::server_identifier, own);
    release.client = ip("192.168.1.101");
    EXPECT_FALSE(tell(release));
    EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(DhcpServerTest, AReleasedAddressIsKeptForItsClientAsLongAsThereAreOthers_Rfc2131_4_3_4) {
    EXPECT_EQ(lease(1), "192.168.1.101");
    DhcpMessage release = message(DhcpMessageType::release, 1);
    release.options.set_address(DhcpOption::server_identifier, own);
    release.client = ip("192.168.1.101");
    log.lines.clear();
    EXPECT_FALSE(tell(release));
    EXPECT_FALSE(tell(release)) << "a second time it tells nobody";
    EXPECT_THAT(log.lines, ElementsAre("release 192.168.1.101"));
    EXPECT_EQ(lease(2), "192.168.1.102");
    EXPECT_EQ(lease(1), "192.168.1.101");
}

TEST_F(DhcpServerTest, InformsAHostThatHasItsAddressFromElsewhere_Rfc2131_4_3_5) {
    DhcpMessage inform = message(DhcpMessageType::inform, 1);
    EXPECT_FALSE(tell(inform)) << "to whom?";
    inform.client = ip("192.168.1.50");
    const auto ack = tell(inform);
    EXPECT_EQ(ack->message.type(), DhcpMessageType::ack);
    EXPECT_EQ(ack->to, (Address{"192.168.1.50", 68}));
    EXPECT_TRUE(ack->message.your.is_unspecified());
    EXPECT_EQ(ack->message.options.address(DhcpOption::routers), ip("192.168.1.1"));
    EXPECT_FALSE(ack->message.options.find(DhcpOption::lease_time));
    EXPECT_FALSE(ack->message.options.find(DhcpOption::renewal_time));
    EXPECT_THAT(server.leases()[0], IsEmpty());
}

TEST_F(DhcpServerTest, PassesOverWhatIsNoQuestion) {
    EXPECT_FALSE(tell(message(DhcpMessageType::offer, 1)));
    DhcpMessage reply = message(DhcpMessageType::discover, 1);
    reply.operation = wire::DhcpOperation::boot_reply;
    EXPECT_FALSE(tell(reply));
    EXPECT_FALSE(tell(DhcpMessage{.mac = mac(1)})) << "BOOTP";
    EXPECT_FALSE(tell(message(DhcpMessageType::request, 1))) << "of what address?";
    EXPECT_FALSE(server.receive(message(DhcpMessageType::discover, 1), ip("10.0.0.1"), now))
        << "by a card whose network it does not serve";
}

TEST(ServerConfig, AMistakeIsToldInWords) {
    const auto mistake = [](auto change) {
        Subnet subnet = office();
        change(subnet);
        return mistake_in(ServerConfig{.subnets = {subnet}});
    };
    EXPECT_EQ(mistake([](Subnet&) {}), "");
    EXPECT_THAT(mistake([](Subnet& s) { s.last = ip("192.168.2.1"); }),
                HasSubstr("does not contain its pool"));
    EXPECT_THAT(mistake([](Subnet& s) { s.last = ip("192.168.1.100"); }), HasSubstr("before it begins"));
    EXPECT_THAT(mistake([](Subnet& s) { s.last = ip("192.168.1.255"); }), HasSubstr("no host's"));
    EXPECT_THAT(mistake([](Subnet& s) { s.first = ip("192.168.1.1"); }), HasSubstr("the router 192.168.1.1"));
    EXPECT_THAT(mistake([](Subnet& s) { s.lease = 59s; }), HasSubstr("at least 60"));
    EXPECT_THAT(mistake([](Subnet& s) { s.lease = 61s + 1ns; }), HasSubstr("whole seconds"));
    EXPECT_THAT(mistake([](Subnet& s) { s.reservations[0].ip = ip("10.0.0.1"); }),
                HasSubstr("02:00:00:00:00:09"));
    EXPECT_THAT(mistake([](Subnet& s) { s.first = ip("::1"); }), HasSubstr("IPv4"));
}

}  // namespace
}  // namespace sockeye::app::dhcp
