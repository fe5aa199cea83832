// UDP: what a datagram socket does on every network.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

/// Row 36.
void two_datagrams_are_two_receives(Place& place) {
    Datagrams ends{place};
    ASSERT_EQ(ends.client.sendto("one", ends.at).wait().value(), 3U);
    ASSERT_EQ(ends.client.sendto("", ends.at).wait().value(), 0U);
    ASSERT_EQ(ends.client.sendto("three", ends.at).wait().value(), 5U);

    std::vector<std::string> got;
    for (int i = 0; i < 3; ++i) got.emplace_back(ends.server.recvfrom(100).wait().value().bytes.text());
    EXPECT_EQ(got, (std::vector<std::string>{"one", "", "three"}));
}

void an_answer_goes_to_the_sender(Place& place) {
    Datagrams ends{place};
    ASSERT_TRUE(ends.client.sendto("ping", ends.at).wait());
    Datagram asked = ends.server.recvfrom(100).wait().value();
    ASSERT_TRUE(ends.server.sendto("pong", asked.sender).wait());

    Datagram answer = ends.client.recvfrom(100).wait().value();
    EXPECT_EQ(answer.bytes.text(), "pong");
    EXPECT_EQ(answer.sender, ends.at);
}

/// Row 76: one port serves many peers.
void one_socket_serves_three_peers(Place& place) {
    Datagrams ends{place};
    std::vector<Socket> peers;
    for (int i = 0; i < 3; ++i) {
        peers.emplace_back(place.client(), Family::inet, SocketType::datagram);
        ASSERT_TRUE(peers.back().sendto("I am " + std::to_string(i), ends.at).wait());
    }
    for (int i = 0; i < 3; ++i) {
        Datagram asked = ends.server.recvfrom(100).wait().value();
        ASSERT_TRUE(ends.server.sendto("hello, " + std::string{asked.bytes.text()}, asked.sender).wait());
    }
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(peers[static_cast<std::size_t>(i)].recvfrom(100).wait().value().bytes.text(),
                  "hello, I am " + std::to_string(i));
}

/// Rows 100 and 114.
void a_datagram_that_is_cut_says_so(Place& place) {
    Datagrams ends{place};
    ASSERT_TRUE(ends.client.sendto(std::string(1200, 'x'), ends.at).wait());
    ASSERT_TRUE(ends.client.sendto("whole", ends.at).wait());

    Datagram cut = ends.server.recvfrom(1024).wait().value();
    EXPECT_EQ(cut.bytes.size(), 1024U);
    EXPECT_TRUE(cut.truncated);
    Datagram whole = ends.server.recvfrom(1024).wait().value();
    EXPECT_EQ(whole.bytes.text(), "whole") << "the rest of the cut one is lost";
    EXPECT_FALSE(whole.truncated);
}

/// Row 123.
void a_connected_socket_hears_its_peer_alone(Place& place) {
    Datagrams ends{place};
    ASSERT_TRUE(ends.client.connect(ends.at).wait());
    ASSERT_EQ(ends.client.getpeername().value(), ends.at);
    ASSERT_TRUE(ends.client.send("hello").wait());
    const Address client = ends.server.recvfrom(100).wait().value().sender;

    Socket stranger = create_datagram_server(place.server(), place.any_port()).value();
    ASSERT_TRUE(stranger.sendto("forged", client).wait());
    ASSERT_TRUE(ends.server.sendto("true", client).wait());

    EXPECT_EQ(ends.client.recv(100).wait().value().text(), "true");
}

/// Row 101.
void a_datagram_over_65507_octets_is_too_large(Place& place) {
    Datagrams ends{place};
    EXPECT_EQ(ends.client.sendto(std::string(65'508, 'x'), ends.at).wait().error(), Errc::message_too_large);
}

void a_port_that_is_bound_is_in_use(Place& place) {
    Datagrams ends{place};
    EXPECT_EQ(create_datagram_server(place.server(), ends.at).error(), Errc::address_in_use);
}

constexpr Body bodies[] = {
    {"TwoDatagramsAreTwoReceives", two_datagrams_are_two_receives},
    {"AnAnswerGoesToTheSender", an_answer_goes_to_the_sender},
    {"OneSocketServesThreePeers", one_socket_serves_three_peers},
    {"ADatagramThatIsCutSaysSo", a_datagram_that_is_cut_says_so},
    {"AConnectedSocketHearsItsPeerAlone", a_connected_socket_hears_its_peer_alone},
    {"ADatagramOver65507OctetsIsTooLarge", a_datagram_over_65507_octets_is_too_large},
    {"APortThatIsBoundIsInUse", a_port_that_is_bound_is_in_use},
};

}  // namespace

std::span<const Body> datagram_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
