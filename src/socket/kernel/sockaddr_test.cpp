#include "socket/kernel/sockaddr.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <rapidcheck/gtest.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "test/support/generators.hpp"

namespace sockeye::kernel {
namespace {

Address there_and_back(const Address& address) {
    return from_sockaddr(to_sockaddr(address, address.family()).value());
}

std::string octets(const SocketAddress& address, std::size_t from) {
    return {reinterpret_cast<const char*>(&address.storage) + from, address.size - from};
}

SocketAddress unix_sockaddr(std::string_view path) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    std::ranges::copy(path, un.sun_path);
    SocketAddress address;
    std::memcpy(&address.storage, &un, sizeof un);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    return address;
}

TEST(Sockaddr, ComesBackAsTheAddressThatItWas) {
    for (const char* text :
         {"127.0.0.1:9001", "0.0.0.0:0", "255.255.255.255:65535", "[::]:80", "[2001:db8::1]:9001",
          "[fe80::1%2]:9001", "unix:/run/chat", "unix:relative", "unix:@chat"}) {
        const Address address = Address::parse(text).value();
        EXPECT_EQ(there_and_back(address), address) << text;
    }
    for (const std::string& path : {"/" + std::string(106, 'x'), "@" + std::string(106, 'x')}) {
        const Address longest = Address::unix_path(path).value();
        EXPECT_EQ(there_and_back(longest), longest) << path;
    }
}

RC_GTEST_PROP(Sockaddr, OfAnyIpAddressComesBack, (std::uint16_t port)) {
    const IpAddress ip = *test::any_ip();
    RC_PRE(!ip.to_string().starts_with("::ffff:"));  // which comes back as IPv4: see below
    const Address address{ip, port};
    RC_ASSERT(there_and_back(address) == address);
}

TEST(Sockaddr, HasAddressAndPortInNetworkOrder) {
    const SocketAddress v4 = to_sockaddr({"10.0.0.1", 0x1234}, Family::inet).value();
    EXPECT_EQ(v4.size, sizeof(sockaddr_in));
    EXPECT_EQ(octets(v4, offsetof(sockaddr_in, sin_port)).substr(0, 6),
              (std::string{"\x12\x34\x0a\x00\x00\x01", 6}));
}

TEST(Sockaddr, OfIPv4ForAnIPv6SocketIsIPv4Mapped_RFC4291_2_5_5_2) {
    const Address v4{"10.0.0.1", 9001};
    const SocketAddress mapped = to_sockaddr(v4, Family::inet6).value();
    EXPECT_EQ(octets(mapped, offsetof(sockaddr_in6, sin6_addr)).substr(0, 16),
              (std::string{"\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x01", 16}));
    EXPECT_EQ(from_sockaddr(mapped), v4) << "the peer has one Address, whichever socket it came through";
}

TEST(Sockaddr, OfAnAbstractNameStartsWithNulAndEndsWhereItsSizeSays) {
    const SocketAddress address = to_sockaddr(Address::parse("unix:@chat").value(), Family::unix_).value();
    EXPECT_EQ(octets(address, offsetof(sockaddr_un, sun_path)), (std::string{"\0chat", 5}));
}

TEST(Sockaddr, OfAPathEndsWithNul) {
    const SocketAddress address =
        to_sockaddr(Address::parse("unix:/run/chat").value(), Family::unix_).value();
    EXPECT_EQ(octets(address, offsetof(sockaddr_un, sun_path)), (std::string{"/run/chat\0", 10}));
}

TEST(Sockaddr, OfAUnixSocketThatWasNeverBoundIsTheEmptyPath) {
    const Address unbound = from_sockaddr(unix_sockaddr(""));
    EXPECT_EQ(unbound.family(), Family::unix_);
    EXPECT_EQ(unbound.path(), "");
}

TEST(Sockaddr, ThatAddressCannotExpressIsTheEmptyPath) {
    EXPECT_EQ(from_sockaddr(unix_sockaddr(std::string(108, 'x'))).path(), "");
    EXPECT_EQ(from_sockaddr(unix_sockaddr('\0' + std::string(107, 'x'))).path(), "");
    EXPECT_EQ(from_sockaddr(unix_sockaddr(std::string{"\0a\0b", 4})).path(), "");
}

TEST(Sockaddr, OfAnUnknownFamilyIsNoAddress) {
    SocketAddress address;
    address.storage.ss_family = AF_PACKET;
    EXPECT_EQ(from_sockaddr(address), Address{});
    address.size = 0;
    EXPECT_EQ(from_sockaddr(address), Address{});
}

TEST(Sockaddr, OfAnotherFamilyThanTheSocketsSaysWhichSocketItNeeds) {
    const auto told = [](const char* address, Family family) {
        Result<SocketAddress> result = to_sockaddr(Address::parse(address).value(), family);
        EXPECT_EQ(result.error(), Errc::invalid_argument);
        return std::string{result.error().detail()};
    };
    EXPECT_EQ(told("[::1]:80", Family::inet), "[::1]:80 needs an IPv6 socket");
    EXPECT_EQ(told("unix:/x", Family::inet), "unix:/x needs a unix socket");
    EXPECT_EQ(told("unix:/x", Family::inet6), "unix:/x needs a unix socket");
    EXPECT_EQ(told("10.0.0.1:80", Family::unix_), "a unix socket has no use for 10.0.0.1:80");
}

}  // namespace
}  // namespace sockeye::kernel
