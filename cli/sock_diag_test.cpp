#include "cli/sock_diag.hpp"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/netlink.hpp"

namespace sockeye::cli {
namespace {

using Octets = std::vector<std::byte>;

template <class T>
void append(Octets& octets, const T& value) {
    const auto bytes = std::as_bytes(std::span{&value, 1});
    octets.insert(octets.end(), bytes.begin(), bytes.end());
}

/// As the kernel lays attributes out: length and type, the value, octets up to a multiple of four.
void append_attribute(Octets& octets, std::uint16_t type, std::span<const std::byte> value) {
    append(octets, nlattr{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type});
    octets.insert(octets.end(), value.begin(), value.end());
    octets.resize((octets.size() + 3) / 4 * 4);
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

inet_diag_msg connection() {
    inet_diag_msg message{};
    message.idiag_family = AF_INET;
    message.idiag_state = 1;
    message.id.idiag_sport = htons(9001);
    message.id.idiag_dport = htons(40122);
    message.id.idiag_src[0] = htonl(0x7f000001);
    message.id.idiag_dst[0] = htonl(0x0a000002);
    message.idiag_rqueue = 5;
    message.idiag_wqueue = 70'000;
    message.idiag_uid = 1000;
    message.idiag_inode = 4711;
    return message;
}

TEST(SockDiag, AConnectionIsFiveThingsItsQueuesAndItsFigures) {
    tcp_info info{};
    info.tcpi_rtt = 63;
    info.tcpi_total_retrans = 2;
    Octets octets;
    append(octets, connection());
    append_attribute(octets, INET_DIAG_CONG, bytes_of(std::string_view{"bbr\0", 4}));
    append_attribute(octets, INET_DIAG_INFO, std::as_bytes(std::span{&info, 1}));

    const auto socket = parse_inet_diag(octets, Protocol::tcp);

    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->state, SocketState::established);
    EXPECT_EQ(socket->local.to_string(), "127.0.0.1:9001");
    EXPECT_EQ(socket->peer->to_string(), "10.0.0.2:40122");
    EXPECT_EQ(socket->receive_queue, 5U);
    EXPECT_EQ(socket->send_queue, 70'000U);
    EXPECT_EQ(socket->uid, 1000U);
    EXPECT_EQ(socket->inode, 4711U);
    EXPECT_EQ(socket->tcp->rtt_us, 63U);
    EXPECT_EQ(socket->tcp->retransmitted, 2U);
    EXPECT_EQ(socket->tcp->congestion, "bbr");
}

TEST(SockDiag, AKernelThatKnowsFewerFiguresLeavesThemZero) {
    tcp_info info{};
    info.tcpi_rtt = 63;
    info.tcpi_total_retrans = 2;
    Octets octets;
    append(octets, connection());
    const auto known = std::as_bytes(std::span{&info, 1}).first(offsetof(tcp_info, tcpi_total_retrans));
    append_attribute(octets, INET_DIAG_INFO, known);

    const auto socket = parse_inet_diag(octets, Protocol::tcp);

    EXPECT_EQ(socket->tcp->rtt_us, 63U);
    EXPECT_EQ(socket->tcp->retransmitted, 0U);
}

TEST(SockDiag, AListeningSocketHasNoPeerAndMayLeaveIpv4ToOthers) {
    inet_diag_msg message{};
    message.idiag_family = AF_INET6;
    message.idiag_state = 10;
    message.id.idiag_sport = htons(80);
    Octets octets;
    append(octets, message);
    const std::byte on{1};
    append_attribute(octets, INET_DIAG_SKV6ONLY, {&on, 1});

    const auto socket = parse_inet_diag(octets, Protocol::tcp);

    EXPECT_EQ(to_string(socket->state, socket->protocol), "LISTEN");
    EXPECT_EQ(socket->local.to_string(), "[::]:80");
    EXPECT_FALSE(socket->peer);
    EXPECT_TRUE(socket->v6_only);
    EXPECT_FALSE(socket->tcp);
}

TEST(SockDiag, AStateOfALaterKernelIsUnknownAndNoMistake) {
    inet_diag_msg message = connection();
    message.idiag_state = 200;
    Octets octets;
    append(octets, message);
    EXPECT_EQ(parse_inet_diag(octets, Protocol::tcp)->state, SocketState::unknown);
}

TEST(SockDiag, AUnixSocketHasAPathOrAnAbstractNameOrNone) {
    unix_diag_msg message{};
    message.udiag_family = AF_UNIX;
    message.udiag_type = SOCK_STREAM;
    message.udiag_state = 10;
    const auto named = [&](std::string_view name) {
        Octets octets;
        append(octets, message);
        append_attribute(octets, UNIX_DIAG_NAME, bytes_of(name));
        return parse_unix_diag(octets)->local.to_string();
    };
    EXPECT_EQ(named(std::string_view{"/run/x\0", 7}), "unix:/run/x");
    EXPECT_EQ(named(std::string_view{"\0hidden", 7}), "unix:@hidden");
    EXPECT_EQ(named({}), "unix:");
}

TEST(SockDiag, WhatIsTooShortOrOfAnotherFamilyIsNothing) {
    Octets octets;
    append(octets, connection());
    const std::span<const std::byte> whole{octets};
    EXPECT_FALSE(parse_inet_diag(whole.first(whole.size() - 1), Protocol::tcp));
    EXPECT_FALSE(parse_inet_diag({}, Protocol::tcp));
    EXPECT_FALSE(parse_unix_diag(whole));
    octets[0] = std::byte{AF_UNIX};
    EXPECT_FALSE(parse_inet_diag(octets, Protocol::tcp));
}

TEST(Netlink, MessagesFollowEachOtherAtMultiplesOfFour) {
    Octets octets;
    append(octets,
           nlmsghdr{.nlmsg_len = 17, .nlmsg_type = 20, .nlmsg_flags = 0, .nlmsg_seq = 1, .nlmsg_pid = 0});
    octets.resize(20);
    append(octets,
           nlmsghdr{.nlmsg_len = 16, .nlmsg_type = 3, .nlmsg_flags = 0, .nlmsg_seq = 1, .nlmsg_pid = 0});
    std::span<const std::byte> rest{octets};

    EXPECT_EQ(take_message(rest)->body.size(), 1U);
    EXPECT_EQ(take_message(rest)->type, 3);
    EXPECT_FALSE(take_message(rest));
}

TEST(Netlink, ALengthThatIsNotThereEndsTheDatagram) {
    for (const std::uint32_t length : {0U, 15U, 17U, 0xffff'ffffU}) {
        Octets octets;
        append(octets,
               nlmsghdr{
                   .nlmsg_len = length, .nlmsg_type = 20, .nlmsg_flags = 0, .nlmsg_seq = 1, .nlmsg_pid = 0});
        std::span<const std::byte> rest{octets};
        EXPECT_FALSE(take_message(rest)) << length;
        EXPECT_TRUE(rest.empty());
    }
}

}  // namespace
}  // namespace sockeye::cli
