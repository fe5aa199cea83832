// UDP (RFC 768, RFC 1122 §4.1).
#include "transport/udp.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/udp.hpp"

namespace sockeye::transport {
namespace {

using Delivery = Udp::Delivery;

const Address server_address{"10.0.0.1", 53};
const Address client_address{"10.0.0.2", 4000};
const Address stranger_address{"10.0.0.3", 4000};

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

std::string text_of(const Datagram& datagram) {
    const auto octets = datagram.payload.bytes();
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// What `from` would have put on the wire.
network::IpPacket packet(const Address& from, const Address& target, std::string_view text) {
    Udp sender{{}, Random{9}};
    const UdpSocket& socket = *sender.open(from).value();
    return sender.send(socket, from.ip(), target, bytes(text)).value();
}

struct UdpTest : testing::Test {
    Udp udp{{}, Random{1}};
};

TEST_F(UdpTest, KeepsTheBordersOfMessagesAndSaysWhoSentThem) {
    UdpSocket& socket = *udp.open(server_address).value();
    EXPECT_EQ(udp.receive(packet(client_address, server_address, "one")), Delivery::delivered);
    EXPECT_EQ(udp.receive(packet(stranger_address, server_address, "")), Delivery::delivered);
    EXPECT_EQ(udp.take_changed(), &socket);
    EXPECT_EQ(udp.take_changed(), nullptr);

    const Datagram first = socket.receive().value();
    EXPECT_EQ(text_of(first), "one");
    EXPECT_EQ(first.source, client_address);
    EXPECT_EQ(first.target, server_address);
    const Datagram second = socket.receive().value();
    EXPECT_EQ(text_of(second), "");
    EXPECT_EQ(second.source, stranger_address);
    EXPECT_FALSE(socket.receive().has_value());
}

TEST_F(UdpTest, ToAPortWithoutASocketIsReportedForIcmp_Rfc1122_4_1_3_1) {
    EXPECT_EQ(udp.receive(packet(client_address, server_address, "x")), Delivery::no_port);
}

TEST_F(UdpTest, AWrongChecksumIsDropped_Rfc1122_4_1_3_4) {
    udp.open(server_address).value();
    network::IpPacket broken = packet(client_address, server_address, "text");
    broken.payload.writable().back() ^= std::byte{1};
    EXPECT_EQ(udp.receive(broken), Delivery::bad_checksum);
}

TEST_F(UdpTest, WhatStandsBehindTheDatagramIsNotPartOfIt) {
    UdpSocket& socket = *udp.open(server_address).value();
    network::IpPacket padded = packet(client_address, server_address, "text");
    Packet longer{padded.payload.size() + 10};
    std::ranges::copy(padded.payload.bytes(), longer.writable().begin());
    padded.payload = longer;
    EXPECT_EQ(udp.receive(padded), Delivery::delivered);
    EXPECT_EQ(text_of(*socket.peek()), "text");
}

TEST_F(UdpTest, AConnectedSocketHearsItsPeerAloneAndGoesBeforeOthers) {
    UdpSocket& socket = *udp.open(server_address).value();
    socket.connect(client_address);
    EXPECT_EQ(udp.receive(packet(stranger_address, server_address, "no")), Delivery::no_port);
    EXPECT_EQ(udp.receive(packet(client_address, server_address, "yes")), Delivery::delivered);
    socket.disconnect();
    EXPECT_EQ(udp.receive(packet(stranger_address, server_address, "now")), Delivery::delivered);
}

TEST_F(UdpTest, TheSocketOfTheExactAddressIsPreferred) {
    UdpSocket& any = *udp.open(Address{"0.0.0.0", 53}, Reuse::allowed).value();
    UdpSocket& exact = *udp.open(server_address, Reuse::allowed).value();
    EXPECT_EQ(udp.receive(packet(client_address, server_address, "x")), Delivery::delivered);
    EXPECT_EQ(udp.receive(packet(client_address, Address{"10.0.0.255", 53}, "x")), Delivery::delivered);
    EXPECT_NE(exact.peek(), nullptr);
    EXPECT_NE(any.peek(), nullptr);
}

TEST_F(UdpTest, AFullQueueDropsAndCounts) {
    Udp small{{.receive_queue = 30}, Random{1}};
    UdpSocket& socket = *small.open(server_address).value();
    const auto datagram = packet(client_address, server_address, "0123456789");  // 18 octets of queue
    EXPECT_EQ(small.receive(datagram), Delivery::delivered);
    EXPECT_EQ(small.receive(datagram), Delivery::queue_full);
    EXPECT_EQ(socket.dropped(), 1u);
    socket.receive();
    EXPECT_EQ(small.receive(datagram), Delivery::delivered);
}

TEST_F(UdpTest, CarriesUpTo65507OctetsOverIpv4) {
    UdpSocket& socket = *udp.open(server_address).value();
    const std::string most(65507, 'x');
    const auto send = [&](std::string_view text) {
        return udp.send(socket, server_address.ip(), client_address, bytes(text));
    };
    EXPECT_TRUE(send(most).has_value());
    EXPECT_EQ(send(most + "x").error(), Errc::message_too_large);
}

TEST_F(UdpTest, AClosedSocketsPortIsFree) {
    UdpSocket& socket = *udp.open(server_address).value();
    EXPECT_EQ(udp.open(server_address).error(), Errc::address_in_use);
    udp.receive(packet(client_address, server_address, "x"));
    udp.close(socket);
    EXPECT_EQ(udp.take_changed(), nullptr);
    EXPECT_TRUE(udp.open(server_address).has_value());
}

}  // namespace
}  // namespace sockeye::transport
