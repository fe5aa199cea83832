#include "cli/session_call.hpp"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "cli/session_words.hpp"
#include "socket/kernel/sockaddr.hpp"

namespace sockeye::cli {
namespace {

/// Memory of a process that is none: pieces at made-up addresses.
class Memory {
public:
    void put(std::uint64_t address, std::span<const std::byte> octets) {
        pieces_[address].assign(octets.begin(), octets.end());
    }
    void put(std::uint64_t address, std::string_view text) { put(address, std::as_bytes(std::span{text})); }
    template <class T>
    void put_value(std::uint64_t address, const T& value) {
        put(address, std::as_bytes(std::span{&value, 1}));
    }

    ReadMemory reader() const {
        return [this](std::uint64_t address, std::span<std::byte> into) -> std::size_t {
            const auto after = pieces_.upper_bound(address);
            if (after == pieces_.begin()) return 0;
            const auto& [start, octets] = *std::prev(after);
            const std::size_t offset = static_cast<std::size_t>(address - start);
            if (offset >= octets.size()) return 0;
            const std::size_t count = std::min(into.size(), octets.size() - offset);
            std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
            return count;
        };
    }

private:
    std::map<std::uint64_t, std::vector<std::byte>> pieces_;
};

constexpr std::uint64_t here = 0x1000;
constexpr std::uint64_t there = 0x2000;
constexpr std::uint64_t elsewhere = 0x3000;

socklen_t put_address(Memory& memory, std::uint64_t at, const Address& address) {
    const auto octets = kernel::to_sockaddr(address, address.family()).value();
    memory.put(at, std::as_bytes(std::span{&octets.storage, 1}).first(octets.size));
    return octets.size;
}

SessionCall call_of(NetworkCall call, std::array<std::uint64_t, 6> arguments, std::int64_t result,
                    const Memory& memory = {}) {
    return decode({.call = call, .arguments = arguments, .result = result}, memory.reader());
}

std::string told(const SessionCall& call, const SocketStory& story = {}) {
    const SessionLine line = session_line(call, story);
    return line.call + " | " + line.meaning;
}

TEST(NetworkCalls, ThisMachinesNumbersAreThoseOfItsHeaders) {
#if defined(__x86_64__)
    constexpr std::uint32_t machine = AUDIT_ARCH_X86_64;
#else
    constexpr std::uint32_t machine = AUDIT_ARCH_AARCH64;
#endif
    const std::map<long, NetworkCall> expected{
        {SYS_socket, NetworkCall::socket},
        {SYS_bind, NetworkCall::bind},
        {SYS_listen, NetworkCall::listen},
        {SYS_accept, NetworkCall::accept},
        {SYS_accept4, NetworkCall::accept4},
        {SYS_connect, NetworkCall::connect},
        {SYS_sendto, NetworkCall::sendto},
        {SYS_sendmsg, NetworkCall::sendmsg},
        {SYS_sendmmsg, NetworkCall::sendmmsg},
        {SYS_sendfile, NetworkCall::sendfile},
        {SYS_write, NetworkCall::write},
        {SYS_writev, NetworkCall::writev},
        {SYS_recvfrom, NetworkCall::recvfrom},
        {SYS_recvmsg, NetworkCall::recvmsg},
        {SYS_recvmmsg, NetworkCall::recvmmsg},
        {SYS_read, NetworkCall::read},
        {SYS_readv, NetworkCall::readv},
        {SYS_shutdown, NetworkCall::shutdown},
        {SYS_close, NetworkCall::close},
        {SYS_socketpair, NetworkCall::socketpair},
        {SYS_getsockname, NetworkCall::getsockname},
        {SYS_getpeername, NetworkCall::getpeername},
        {SYS_setsockopt, NetworkCall::setsockopt},
        {SYS_getsockopt, NetworkCall::getsockopt},
        {SYS_io_uring_enter, NetworkCall::io_uring_enter},
    };
    for (const auto& [number, call] : expected)
        EXPECT_EQ(network_call(machine, static_cast<std::uint64_t>(number)), call) << to_string(call);
    EXPECT_EQ(network_call(machine, SYS_getpid), NetworkCall::other);
    EXPECT_EQ(network_call(0, SYS_socket), NetworkCall::other);
}

TEST(SessionCall, AServersCallsAreAddressesAndSizes) {
    Memory memory;
    const socklen_t size = put_address(memory, here, {"127.0.0.1", 9001});
    memory.put_value(there, size);
    EXPECT_EQ(told(call_of(NetworkCall::socket, {AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0}, 3)),
              "socket(TCP, IPv4) = 3 | take a telephone (TCP): nobody is called yet");
    EXPECT_EQ(told(call_of(NetworkCall::bind, {3, here, size}, 0, memory)),
              "bind(3, 127.0.0.1:9001) | give it the number 127.0.0.1:9001");
    EXPECT_EQ(told(call_of(NetworkCall::listen, {3, 128}, 0)),
              "listen(3, 128) | turn the bell on: 128 callers may wait");
    EXPECT_EQ(told(call_of(NetworkCall::accept4, {3, here, there, 0}, 4, memory)),
              "accept(3) = 4 | pick up: 127.0.0.1:9001 is on line 4; the bell stays on");
}

TEST(SessionCall, ADialledNumberAnswersOrNot) {
    Memory memory;
    const socklen_t size = put_address(memory, here, {"127.0.0.1", 9001});
    const auto dial = [&](std::int64_t result) {
        return told(call_of(NetworkCall::connect, {3, here, size}, result, memory));
    };
    EXPECT_EQ(dial(0), "connect(3, 127.0.0.1:9001) | dial 127.0.0.1:9001: picked up (handshake done)");
    EXPECT_EQ(
        dial(-ECONNREFUSED),
        "connect(3, 127.0.0.1:9001) = ECONNREFUSED | dial 127.0.0.1:9001: nobody has that number (RST)");
    EXPECT_EQ(
        dial(-EINPROGRESS),
        "connect(3, 127.0.0.1:9001) = EINPROGRESS | dial 127.0.0.1:9001: it rings, and the program goes on");
}

TEST(SessionCall, WhatIsSaidIsQuotedAndCutShort) {
    Memory memory;
    const std::string text = "hello\n" + std::string(100, 'x');
    memory.put(here, text);
    EXPECT_EQ(told(call_of(NetworkCall::sendto, {3, here, 6, 0, 0, 0}, 6, memory)),
              "sendto(3) = 6 | speak: \"hello\\n\"");
    EXPECT_EQ(told(call_of(NetworkCall::read, {3, here, 4096}, 106, memory)),
              "read(3) = 106 | listen: \"hello\\n" + std::string(34, 'x') + "\"...");
    EXPECT_EQ(told(call_of(NetworkCall::recvfrom, {3, here, 4096, 0, 0, 0}, 0, memory)),
              "recvfrom(3) = 0 | the peer has said goodbye (FIN)");
}

TEST(SessionCall, ControlCharactersNeverReachTheTerminal) {
    Memory memory;
    memory.put(here, std::string_view{"\x1b[2J\x7f\x9b\xc2\x9b \xe4\xbd\xa0", 12});
    const std::string text = told(call_of(NetworkCall::write, {3, here, 12}, 12, memory));
    EXPECT_EQ(text, "write(3) = 12 | speak: \"\\x1b[2J\\x7f\\x9b\\xc2\\x9b \xe4\xbd\xa0\"");
}

TEST(SessionCall, AMessageIsGatheredFromItsParts) {
    Memory memory;
    memory.put(0x5000, std::string_view{"one, "});
    memory.put(0x6000, std::string_view{"two, never sent"});
    const std::array<iovec, 2> parts{iovec{reinterpret_cast<void*>(0x5000), 5},
                                     iovec{reinterpret_cast<void*>(0x6000), 15}};
    memory.put_value(there, parts);
    msghdr message{};
    const socklen_t size = put_address(memory, elsewhere, {"10.0.0.1", 53});
    message.msg_name = reinterpret_cast<void*>(elsewhere);
    message.msg_namelen = size;
    message.msg_iov = reinterpret_cast<iovec*>(there);
    message.msg_iovlen = parts.size();
    memory.put_value(here, message);
    EXPECT_EQ(told(call_of(NetworkCall::sendmsg, {3, here, 0}, 8, memory), {.sort = SocketSort::datagram}),
              "sendmsg(3) = 8 | post a letter to 10.0.0.1:53: \"one, two\"");
}

TEST(SessionCall, UdpWritesLetters) {
    Memory memory;
    const SocketStory paper{.sort = SocketSort::datagram};
    const socklen_t size = put_address(memory, there, {"10.0.0.1", 53});
    memory.put(here, std::string_view{"ask"});
    EXPECT_EQ(told(call_of(NetworkCall::sendto, {3, here, 3, 0, there, size}, 3, memory), paper),
              "sendto(3, 10.0.0.1:53) = 3 | post a letter to 10.0.0.1:53: \"ask\"");
    EXPECT_EQ(told(call_of(NetworkCall::connect, {3, there, size}, 0, memory), paper),
              "connect(3, 10.0.0.1:53) | note 10.0.0.1:53 as the address of all letters: nothing is sent");
    EXPECT_EQ(told(call_of(NetworkCall::recvfrom, {3, here, 9, 0, 0, 0}, 0, memory), paper),
              "recvfrom(3) = 0 | a letter: \"\"");
}

TEST(SessionCall, TheStoryOfASocketIsWhatItsCallsMadeOfIt) {
    Memory memory;
    const socklen_t size = put_address(memory, here, {"10.0.0.1", 80});
    SocketStory story = after(call_of(NetworkCall::socket, {AF_INET, SOCK_STREAM, 0}, 3), {});
    EXPECT_EQ(told(call_of(NetworkCall::close, {3}, 0), story), "close(3) | put the telephone away");
    story = after(call_of(NetworkCall::connect, {3, here, size}, -EINPROGRESS, memory), story);
    EXPECT_EQ(told(call_of(NetworkCall::close, {3}, 0), story), "close(3) | hang up on 10.0.0.1:80");
    story = after(call_of(NetworkCall::listen, {3, 5}, 0), SocketStory{.sort = SocketSort::stream});
    EXPECT_EQ(told(call_of(NetworkCall::close, {3}, 0), story),
              "close(3) | give the number back: nobody can call any more");
}

TEST(SessionCall, WhatCannotBeReadIsLeftOutAndNothingIsReadBeyondALimit) {
    std::size_t most = 0;
    const ReadMemory none = [&](std::uint64_t, std::span<std::byte> into) {
        most = std::max(most, into.size());
        return std::size_t{0};
    };
    const std::uint64_t huge = UINT64_MAX;
    for (int call = 0; call <= static_cast<int>(NetworkCall::io_uring_enter); ++call)
        for (const std::int64_t result : {std::int64_t{-EFAULT}, std::int64_t{0}, INT64_MAX}) {
            const SessionCall decoded = decode({.call = static_cast<NetworkCall>(call),
                                                .arguments = {huge, huge, huge, huge, huge, huge},
                                                .result = result},
                                               none);
            EXPECT_FALSE(decoded.address);
            EXPECT_EQ(decoded.octets, "");
            EXPECT_NE(session_line(decoded, {}).call, "");
        }
    EXPECT_LE(most, sizeof(sockaddr_storage));
}

}  // namespace
}  // namespace sockeye::cli
