// The name server as a program in a lab, with the host's own resolver and our client of DNS.
#include "app/dns/server.hpp"

#include <gtest/gtest.h>

#include <array>

#include "app/dns/zone_file.hpp"
#include "app/dns_client.hpp"
#include "lab/journey.hpp"
#include "lab/world.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"
#include "wire/dns_query.hpp"
#include "wire/text.hpp"

namespace sockeye::app::dns {
namespace {

wire::DnsName name(std::string_view text) {
    return wire::DnsName::parse(text).value();
}

/// Its names, and one with more addresses than a datagram has room for.
std::shared_ptr<const Authority> office() {
    std::string text = "$TTL 300\n@ SOA ns hostmaster 1 1d 2h 4w 30\nweb A 10.0.0.80\nwww CNAME web\n";
    for (int i = 1; i <= 200; ++i) text += "many A 10.0.1." + std::to_string(i) + "\n";
    return std::make_shared<const Authority>(
        std::vector{parse_zone(text, name("example")).value(),
                    parse_zone("80 PTR web.example.\n", name("0.0.10.in-addr.arpa")).value()});
}

struct DnsServerTest : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& ns = lab.add_host("ns", lan, "10.0.0.53/24");
    Host& alice = lab.add_host("alice", lan, "10.0.0.2/24");
    Address server{"10.0.0.53", 53};

    DnsServerTest() {
        ns.spawn(serve_datagrams(ns, server, office()));
        ns.spawn(serve_streams(ns, server, office()));
        set_name_servers(alice, std::array{server});
    }
    std::size_t questions() const {  // on the wire
        std::size_t count = 0;
        for (const lab::Journey& journey : lab::journeys(lab.world()))
            if (wire::to_line(journey.first->frame.bytes()).contains("A? ")) ++count;
        return count;
    }
};

TEST_F(DnsServerTest, AHostFindsANameThroughItsNameServer) {
    const HostEntry www = gethostbyname_ex(alice, "www.example").wait().value();
    EXPECT_EQ(www.name, "web.example");
    EXPECT_EQ(www.aliases, std::vector<std::string>{"www.example"});
    EXPECT_EQ(www.addresses, std::vector{IpAddress::parse("10.0.0.80").value()});
    EXPECT_EQ(gethostbyaddr(alice, "10.0.0.80").wait().value().name, "web.example");
    EXPECT_EQ(gethostbyname(alice, "nobody.example").wait().error(), Errc::name_not_found);
}

TEST_F(DnsServerTest, AnAnswerIsKeptForItsTtlAndNoLonger) {
    ASSERT_TRUE(gethostbyname(alice, "web.example").wait());
    const std::size_t once = questions();
    EXPECT_GT(once, 0U);
    ASSERT_TRUE(alice.sleep(299s).wait());
    ASSERT_TRUE(gethostbyname(alice, "web.example").wait());
    EXPECT_EQ(questions(), once);
    ASSERT_TRUE(alice.sleep(2s).wait());
    ASSERT_TRUE(gethostbyname(alice, "web.example").wait());
    EXPECT_EQ(questions(), 2 * once);
}

TEST_F(DnsServerTest, ThatThereIsNoSuchNameIsKeptForTheSoasMinimum_Rfc2308_5) {
    EXPECT_FALSE(gethostbyname(alice, "nobody.example").wait());
    const std::size_t once = questions();
    EXPECT_GT(once, 0U);
    EXPECT_FALSE(gethostbyname(alice, "nobody.example").wait());
    EXPECT_EQ(questions(), once);
    ASSERT_TRUE(alice.sleep(31s).wait());
    EXPECT_FALSE(gethostbyname(alice, "nobody.example").wait());
    EXPECT_EQ(questions(), 2 * once);
}

TEST_F(DnsServerTest, WhatADatagramCannotHoldComesOverTcp_Rfc7766_5) {
    EXPECT_EQ(gethostbyname_ex(alice, "many.example").wait().value().addresses.size(), 200U);
    const wire::DnsQuestion question{.name = name("many.example")};
    std::optional<DnsReply> reply;
    const auto ask = [](Network& network, Address at, const wire::DnsQuestion& what,
                        std::optional<DnsReply>& into) -> Task<> {
        Result<DnsReply> answer = co_await ask_dns(network, at, what, 5s);
        into = std::move(answer.value());
    };
    ASSERT_TRUE(alice.run(ask(alice, server, question, reply)));
    EXPECT_EQ(reply->over, Transport::tcp);
    EXPECT_FALSE(reply->message.truncated);
}

TEST_F(DnsServerTest, AStreamCarriesOneQuestionAfterTheOtherInAnyPieces_Rfc7766_6_2_1) {
    Socket stream = create_connection(alice, server).wait().value();
    std::vector<std::byte> octets;
    for (std::uint16_t id : {std::uint16_t{1}, std::uint16_t{2}}) {
        const auto framed =
            wire::frame_dns(wire::write_dns(wire::make_dns_query(id, {.name = name("web.example")})));
        octets.insert(octets.end(), framed.begin(), framed.end());
    }
    const std::span<const std::byte> all{octets};
    stream.sendall(all.first(7)).wait().value();
    ASSERT_TRUE(alice.sleep(1s).wait());
    stream.sendall(all.subspan(7)).wait().value();
    std::string text;
    for (std::uint16_t id : {std::uint16_t{1}, std::uint16_t{2}}) {
        while (!wire::unframe_dns(std::as_bytes(std::span{text})))
            text += stream.recv(4096).wait().value().text();
        const auto reply = *wire::unframe_dns(std::as_bytes(std::span{text}));
        EXPECT_EQ(wire::parse_dns(reply)->id, id);
        text.erase(0, 2 + reply.size());
    }
    EXPECT_TRUE(stream.recv(1, 11s).wait().value().empty()) << "and is closed once nobody asks any more";
}

/// A port of loopback that both UDP and TCP have free.
Address free_port(Network& network) {
    for (;;) {
        const Socket datagrams = create_datagram_server(network, {"127.0.0.1", 0}).value();
        const Address at = datagrams.getsockname().value();
        if (create_server(network, at)) return at;
    }
}

TEST(DnsServer, ServesTheMachinesNetworkToo) {
    KernelNetwork network;
    const Address at = free_port(network);
    network.spawn(serve_datagrams(network, at, office()));
    network.spawn(serve_streams(network, at, office()));
    const wire::DnsQuestion question{.name = name("many.example")};
    std::optional<DnsReply> reply;
    const auto ask = [](Network& asker, Address server, const wire::DnsQuestion& what,
                        std::optional<DnsReply>& into) -> Task<> {
        Result<DnsReply> answer = co_await ask_dns(asker, server, what, 30s);
        into = std::move(answer.value());
    };
    ASSERT_TRUE(network.run(ask(network, at, question, reply)));
    EXPECT_EQ(reply->over, Transport::tcp);
    EXPECT_EQ(reply->message.answers.size(), 200U);
}

}  // namespace
}  // namespace sockeye::app::dns
