// What goes beside the octets of a message: descriptors, credentials, hop limits and times.
#include "sockeye/message.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "socket/kernel/control.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/option.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

/// A pipe whose reading end is handed on.
struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        posix::checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        reader = OwnedDescriptor{ends[0]};
        writer = OwnedDescriptor{ends[1]};
    }
    OwnedDescriptor reader;
    OwnedDescriptor writer;
};

class KernelMessage : public test::OnEachBackend {
protected:
    KernelNetwork network_{options()};
};

TEST_P(KernelMessage, DescriptorsArriveOpenAndClosedOnExec) {
    SocketPair pair = socketpair(network_).value();
    Pipe pipe;
    const auto before = posix::open_descriptors();
    const std::array sent{pipe.reader.get(), pipe.writer.get()};
    ASSERT_EQ(send_fds(pair.first, "two", sent).wait().value(), 3U);
    {
        Message message = recv_fds(pair.second, 100, 2).wait().value();
        EXPECT_EQ(message.bytes.text(), "two");
        ASSERT_EQ(message.ancillary.descriptors.size(), 2U);
        EXPECT_FALSE(message.ancillary_truncated);
        EXPECT_TRUE(::fcntl(message.ancillary.descriptors[0].get(), F_GETFD) & FD_CLOEXEC);
        ASSERT_EQ(::write(message.ancillary.descriptors[1].get(), "x", 1), 1);
        char octet = 0;
        EXPECT_EQ(::read(message.ancillary.descriptors[0].get(), &octet, 1), 1);
        EXPECT_EQ(octet, 'x');
    }
    EXPECT_EQ(posix::open_descriptors(), before) << "whoever does not want them need not close them";
}

TEST_P(KernelMessage, DescriptorsForWhichThereIsNoRoomAreReportedAndNotLeaked) {
    SocketPair pair = socketpair(network_).value();
    Pipe pipe;
    const auto before = posix::open_descriptors();
    const std::array sent{pipe.reader.get(), pipe.reader.get(), pipe.reader.get()};
    ASSERT_TRUE(send_fds(pair.first, "x", sent).wait());
    EXPECT_TRUE(recv_fds(pair.second, 100, 0).wait().value().ancillary_truncated);
    ASSERT_TRUE(send_fds(pair.first, "y", sent).wait());
    EXPECT_TRUE(pair.second.recv(1).wait()) << "an ordinary receive leaves them behind";
    EXPECT_EQ(posix::open_descriptors(), before);
}

TEST_P(KernelMessage, CredentialsAreTheSenders) {
    SocketPair pair = socketpair(network_, SocketType::datagram).value();
    ASSERT_TRUE(pair.second.setsockopt(option::so_passcred, true));
    ASSERT_TRUE(pair.first.send("who am I?").wait());
    Message message = pair.second.recvmsg(100, cmsg_space(sizeof(ucred))).wait().value();
    EXPECT_EQ(message.ancillary.credentials, (Credentials{::getpid(), ::getuid(), ::getgid()}));
}

TEST_P(KernelMessage, HopLimitTrafficClassAddressAndTimeOfBothFamilies) {
    for (Family family : {Family::inet, Family::inet6}) {
        Result<Socket> bound = create_datagram_server(network_, Address{IpAddress::loopback(family), 0});
        if (!bound) continue;  // no IPv6 here
        const bool v6 = family == Family::inet6;
        ASSERT_TRUE(bound->setsockopt(v6 ? option::ipv6_recvhoplimit : option::ip_recvttl, true));
        ASSERT_TRUE(bound->setsockopt(v6 ? option::ipv6_recvtclass : option::ip_recvtos, true));
        ASSERT_TRUE(bound->setsockopt(v6 ? option::ipv6_recvpktinfo : option::ip_pktinfo, true));
        ASSERT_TRUE(bound->setsockopt(option::so_timestampns, true));
        Socket socket{network_, family, SocketType::datagram};
        OutgoingMessage message{"hello"};
        message.to = bound->getsockname().value();
        message.hop_limit = 7;
        message.traffic_class = 0x28;
        message.packet_info = PacketInfo{IpAddress::loopback(family)};
        const WallTime before = network_.wall_now();
        ASSERT_TRUE(socket.sendmsg(std::move(message)).wait());

        const Message got = bound->recvmsg(100, cmsg_space(256)).wait().value();
        EXPECT_EQ(got.ancillary.hop_limit, 7);
        EXPECT_EQ(got.ancillary.traffic_class, 0x28);
        ASSERT_TRUE(got.ancillary.packet_info);
        EXPECT_EQ(got.ancillary.packet_info->address, IpAddress::loopback(family));
        EXPECT_EQ(got.ancillary.packet_info->interface, 1U) << "loopback";
        ASSERT_TRUE(got.ancillary.timestamp);
        EXPECT_GE(*got.ancillary.timestamp + 1ms, before);
        EXPECT_TRUE(got.ancillary.others.empty());
    }
}

TEST_P(KernelMessage, ASeqpacketKeepsItsBorders) {
    SocketPair pair = socketpair(network_, SocketType::seqpacket).value();
    EXPECT_EQ(pair.first.type(), SocketType::seqpacket);
    ASSERT_TRUE(pair.first.send("one").wait());
    ASSERT_TRUE(pair.first.send("three").wait());
    EXPECT_EQ(pair.second.recv(100).wait().value().text(), "one");
    Message cut = pair.second.recvmsg(2).wait().value();
    EXPECT_EQ(cut.bytes.text(), "th");
    EXPECT_TRUE(cut.truncated);
    pair.first.close();
    EXPECT_TRUE(pair.second.recv(100).wait().value().empty());
}

TEST_P(KernelMessage, UrgentDataComeBesideTheOthers) {
    const posix::Descriptor server = posix::listening({IpAddress::loopback(Family::inet), 0});
    Socket near = create_connection(network_, posix::name_of(server)).wait().value();
    const posix::Descriptor far = posix::accepted(server);
    EXPECT_EQ(near.recv(1, MsgFlag::oob | MsgFlag::dontwait).wait().error(), Errc::invalid_argument)
        << "tcp(7): there is none";
    posix::send(far, "before");
    ASSERT_EQ(::send(far.get(), "!", 1, MSG_OOB), 1);
    EXPECT_EQ(near.recv(100).wait().value().text(), "before");
    EXPECT_EQ(near.recv(1, MsgFlag::oob).wait().value().text(), "!");
    EXPECT_TRUE(near.send("?", MsgFlag::oob).wait());
}

TEST_P(KernelMessage, MoreHoldsBackUntilMoreComes) {
    const posix::Descriptor server = posix::listening({IpAddress::loopback(Family::inet), 0});
    Socket near = create_connection(network_, posix::name_of(server)).wait().value();
    const posix::Descriptor far = posix::accepted(server);
    ASSERT_TRUE(near.sendall("head,", MsgFlag::more).wait());
    char octet = 0;
    EXPECT_EQ(::recv(far.get(), &octet, 1, MSG_DONTWAIT), -1) << "200 ms at the latest (tcp(7))";
    ASSERT_TRUE(near.sendall(" body").wait());
    EXPECT_EQ(posix::receive(far), "head, body");
}

INSTANTIATE_TEST_SUITE_P(On, KernelMessage, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

// --- the octets themselves

TEST(Control, WhatSaysMoreThanThereIsEndsIt) {
    OutgoingMessage message{"x"};
    message.hop_limit = 5;
    message.traffic_class = 6;
    const std::vector<std::byte> whole = kernel::to_control(message, Family::inet);
    for (std::size_t octets = 0; octets <= whole.size(); ++octets) {
        const Ancillary got = kernel::from_control(std::span{whole}.first(octets));
        EXPECT_EQ(got.hop_limit.has_value(), octets >= CMSG_LEN(sizeof(int))) << octets;
    }
    std::vector<std::byte> lies = whole;
    for (int length : {0, 1, 15, 1 << 30, -1}) {
        const auto size = static_cast<std::size_t>(length);
        std::memcpy(lies.data(), &size, sizeof size);  // cmsg_len stands first
        EXPECT_FALSE(kernel::from_control(lies).hop_limit) << length;
    }
}

TEST(Control, WhatHasNoTypeOfItsOwnKeepsItsOctets) {
    OutgoingMessage message{"x"};
    message.others.push_back({.level = 41, .type = 99, .bytes = std::vector<std::byte>(5, std::byte{7})});
    const Ancillary got = kernel::from_control(kernel::to_control(message, Family::inet));
    ASSERT_EQ(got.others.size(), 1U);
    EXPECT_EQ(got.others[0].level, 41);
    EXPECT_EQ(got.others[0].type, 99);
    EXPECT_EQ(got.others[0].bytes, std::vector<std::byte>(5, std::byte{7}));
}

}  // namespace
}  // namespace sockeye
