#include "app/dhcp/relay_agent.hpp"

#include <gtest/gtest.h>

namespace sockeye::app::dhcp {
namespace {

using wire::DhcpMessage;
using wire::DhcpOperation;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

const IpAddress own = ip("192.168.2.1");
const IpAddress server = ip("192.168.1.1");

TEST(RelayAgent, SendsAQuestionOnInItsOwnName_Rfc1542_4_1_1) {
    const auto sent = relayed_question({}, own, server);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->way, Departure::Way::routed);
    EXPECT_EQ(sent->to, (Address{"192.168.1.1", 67}));
    EXPECT_EQ(sent->message.relay, own);
    EXPECT_EQ(sent->message.hops, 1);
}

TEST(RelayAgent, LeavesTheNameOfTheFirstRelay) {
    const auto sent = relayed_question({.hops = 1, .relay = ip("192.168.3.1")}, own, server);
    EXPECT_EQ(sent->message.relay, ip("192.168.3.1"));
    EXPECT_EQ(sent->message.hops, 2);
}

TEST(RelayAgent, PassesNothingOnThatGoesInCircles) {
    EXPECT_FALSE(relayed_question({.hops = 4}, own, server));
}

TEST(RelayAgent, GivesAReplyToTheClientOfItsOwnNetwork_Rfc1542_4_1_2) {
    const DhcpMessage reply{.operation = DhcpOperation::boot_reply, .your = ip("192.168.2.10"), .relay = own};
    const auto sent = relayed_reply(reply, own);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->way, Departure::Way::to_card);
    EXPECT_EQ(sent->to, (Address{"192.168.2.10", 68}));
    EXPECT_FALSE(relayed_reply(reply, ip("192.168.3.1")));
    EXPECT_FALSE(relayed_reply({.relay = own}, own)) << "that is a question";
}

TEST(RelayAgent, TellsAllWhereTheClientHearsNothingElse) {
    DhcpMessage reply{
        .operation = DhcpOperation::boot_reply, .broadcast = true, .your = ip("192.168.2.10"), .relay = own};
    EXPECT_EQ(relayed_reply(reply, own)->way, Departure::Way::broadcast);
    reply.broadcast = false;
    reply.your = {};
    EXPECT_EQ(relayed_reply(reply, own)->way, Departure::Way::broadcast) << "a NAK";
    EXPECT_EQ(relayed_reply(reply, own)->to.port(), 68);
}

}  // namespace
}  // namespace sockeye::app::dhcp
