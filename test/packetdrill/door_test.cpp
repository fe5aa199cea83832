// The shared object itself: what it exports, its flags, its descriptors and its time.
#include "test/packetdrill/door.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "test/packetdrill/packet_text.hpp"

namespace sockeye::packetdrill::test {
namespace {

using testing::HasSubstr;

std::string output_of(const std::string& command) {
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> block{};
    while (const std::size_t octets = std::fread(block.data(), 1, block.size(), pipe))
        text.append(block.data(), octets);
    ::pclose(pipe);
    return text;
}

/// What the other end says and hears.
struct Peer {
    Door& door;
    Conversation conversation{.local = {IpAddress::parse("192.168.0.1").value(), 8080},
                              .remote = {IpAddress::parse("192.0.2.1").value(), 1234}};

    void says(std::string_view text) {
        const Packet packet = read_packet(text, conversation);
        door->netdev_send(door.self(), packet.bytes().data(), packet.size());
    }
    std::string hears(std::string_view expected) {
        std::vector<std::byte> packet(65536);
        std::size_t octets = packet.size();
        long long at = 0;
        door->netdev_receive(door.self(), packet.data(), &octets, &at);
        packet.resize(octets);
        return octets == 0 ? "nothing" : compare(packet, expected, conversation);
    }
    int listens() {
        const int fd = door->socket(door.self(), AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{.sin_family = AF_INET, .sin_port = htons(8080), .sin_addr = {}, .sin_zero = {}};
        door->bind(door.self(), fd, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        door->listen(door.self(), fd, 5);
        return fd;
    }
    int opens(int listener) {
        says("S 0:0(0) win 32767 <mss 1000>");
        EXPECT_EQ(hears("S. 0:0(0) ack 1 <mss 1460>"), "");
        says(". 1:1(0) ack 1 win 32767");
        return door->accept(door.self(), listener, nullptr, nullptr);
    }
};

long long microseconds(Door& door) {
    timeval now{};
    door->gettimeofday(door.self(), &now, nullptr);
    return now.tv_sec * 1'000'000LL + now.tv_usec;
}

TEST(Door, ExportsNothingButItsEntry) {
    const std::string symbols =
        output_of("nm -D --defined-only " SOCKEYE_PACKETDRILL " | awk '{ print $3 }'");
    EXPECT_EQ(symbols, "packetdrill_interface_init\n");
}

class WrongFlag : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(WrongFlag, IsToldWithItsRemedy_AndTheDoorStaysShut) {
    testing::internal::CaptureStderr();
    Door door{GetParam().first};
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr(GetParam().second));
    EXPECT_EQ(door->socket(door.self(), AF_INET, SOCK_STREAM, 0), -1);
    EXPECT_EQ(errno, EINVAL);
}
INSTANTIATE_TEST_SUITE_P(
    Flags, WrongFlag,
    testing::Values(std::pair{"colour=red", "no flag \"colour\"; there are local, gateway, remote, mtu"},
                    std::pair{"mtu", "write mtu=VALUE"}, std::pair{"mtu=67", "68 to 65535"},
                    std::pair{"optlayout=bsd", "linux or textbook"}, std::pair{"window=0", "1 to 1073741824"},
                    std::pair{"delayed_ack=maybe", "on, off, or"}, std::pair{"cc=vegas", "cubic or reno"},
                    std::pair{"sack=2", "on or off"}, std::pair{"local=here", "an address"},
                    std::pair{"gateway=10.0.0.1", "is not in the network of local"},
                    std::pair{"remote=192.168.0.1", "is this host's own"}));

TEST(DoorTime, MovesOnByAMicrosecondAtLeastWhenItIsReadAndByWhatASleepSays) {
    Door door;
    const long long first = microseconds(door);
    const long long second = microseconds(door);
    EXPECT_GE(second, first + 1);
    door->usleep(door.self(), 1000);
    EXPECT_GE(microseconds(door), second + 1000);
}

TEST(DoorTime, IsNotWaitedForWhereNoTimerCouldEverSend) {
    Door door;
    Peer peer{door};
    EXPECT_EQ(peer.hears("anything"), "nothing");
    peer.listens();
    EXPECT_EQ(peer.hears("anything"), "nothing");
}

TEST(DoorTime, ACallThatWouldWaitForEverOnTheThreadThatMovesTimeFails) {
    Door door;
    Peer peer{door};
    const int listener = peer.listens();
    EXPECT_EQ(door->accept(door.self(), listener, nullptr, nullptr), -1);
    EXPECT_EQ(errno, EDEADLK);
}

TEST(DoorDescriptors, AreRealNumbersThatLibcMayClose) {
    Door door;
    const int first = door->socket(door.self(), AF_INET, SOCK_STREAM, 0);
    EXPECT_NE(::fcntl(first, F_GETFD), -1);
    EXPECT_EQ(::close(first), 0);
    EXPECT_EQ(door->listen(door.self(), first, 5), -1);
    EXPECT_EQ(errno, EBADF);
    EXPECT_EQ(door->socket(door.self(), AF_INET, SOCK_STREAM, 0), first);
    EXPECT_EQ(door->listen(door.self(), first, 5), 0);
}

TEST(DoorDescriptors, AreGivenBackWhenTheDoorIsFreed) {
    int fd = -1;
    {
        Door door;
        fd = door->socket(door.self(), AF_INET6, SOCK_STREAM, 0);
    }
    EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

/// The SYN of a connection that is being opened: an IPv4 packet with 20 octets of options.
std::vector<std::uint8_t> syn_of(Door& door) {
    const int fd = door->socket(door.self(), AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in at{
        .sin_family = AF_INET, .sin_port = htons(1234), .sin_addr = {htonl(0xc0000201)}, .sin_zero = {}};
    door->connect(door.self(), fd, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    std::vector<std::uint8_t> packet(100);
    std::size_t octets = packet.size();
    long long when = 0;
    door->netdev_receive(door.self(), packet.data(), &octets, &when);
    packet.resize(octets);
    return packet;
}

TEST(DoorSyn, HasItsOptionsInLinuxsOrder) {
    Door door;
    const std::vector<std::uint8_t> packet = syn_of(door);
    ASSERT_EQ(packet.size(), 60U);
    const std::vector<std::uint8_t> kinds{packet[40], packet[44], packet[46], packet[56], packet[57]};
    EXPECT_EQ(kinds, (std::vector<std::uint8_t>{2, 4, 8, 1, 3}));  // mss, sackOK, TS, nop, wscale
}

TEST(DoorSyn, HasThemByTheirKindsNumbersInTheTextbooksLayout) {
    Door door{"optlayout=textbook"};
    const std::vector<std::uint8_t> packet = syn_of(door);
    ASSERT_EQ(packet.size(), 60U);
    const std::vector<std::uint8_t> kinds{packet[40], packet[44], packet[45], packet[48], packet[50]};
    EXPECT_EQ(kinds, (std::vector<std::uint8_t>{2, 1, 3, 4, 8}));  // mss, nop, wscale, sackOK, TS
}

TEST(DoorOffload, LetsSegmentsLeaveAsOne) {
    Door door{"gso=1"};
    Peer peer{door};
    const int fd = peer.opens(peer.listens());
    const int on = 1;
    door->setsockopt(door.self(), fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::vector<std::byte> text(2500);
    EXPECT_EQ(door->write(door.self(), fd, text.data(), text.size()), 2500);
    EXPECT_EQ(peer.hears("P. 1:2501(2500) ack 1"), "");
}

/// LeakSanitizer looks when the program ends; what is counted here is what the instance still holds.
TEST(Door, HasNothingLeftOfTenThousandConnections) {
    Door door;
    Peer peer{door};
    const int listener = peer.listens();
    for (int i = 0; i < 10'000; ++i) {
        peer.conversation.remote = {peer.conversation.remote.ip(), static_cast<std::uint16_t>(1024 + i)};
        const int fd = peer.opens(listener);
        ASSERT_EQ(fd, listener + 1) << "a descriptor is held for ever";
        peer.says("F. 1:1(0) ack 1 win 32767");
        ASSERT_EQ(peer.hears(". 1:1(0) ack 2"), "");
        door->close(door.self(), fd);
        ASSERT_EQ(peer.hears("F. 1:1(0) ack 2"), "");
        peer.says(". 2:2(0) ack 2 win 32767");
    }
    EXPECT_EQ(peer.hears("anything"), "nothing") << "no connection's timer runs any more";
}

}  // namespace
}  // namespace sockeye::packetdrill::test
