// The checklist's rows on ports that are in use, and on what looks at them. Each test is the row it is
// named after.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/lessons/sockeye.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;
using test::sockeye;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

const Address loopback{"127.0.0.1", 0};

std::string program() {
    std::string name;
    std::getline(std::ifstream{"/proc/self/comm"}, name);
    return name;
}

/// As the command names this process.
std::string me() {
    return fmt::format("{} (PID {}, ", program(), ::getpid());
}

TEST(Lessons, Lesson028_APortIsHeldOnce_ForEachProtocolAndAddress_AndTheErrorNamesByWhom) {
    KernelNetwork network;
    const Socket holder = create_server(network, loopback).value();
    const Address at = holder.getsockname().value();
    EXPECT_NE(at.port(), 0);  // port 0 is the wish for any free one

    const test::Answer second = sockeye({"listen", at.to_string(), "--echo"});
    EXPECT_EQ(second.exit, 48);
    EXPECT_THAT(second.words, AllOf(HasSubstr("address in use"), HasSubstr("held by " + me())));

    // The key is (protocol, address, port): UDP has its own, and so has another address.
    EXPECT_TRUE(create_datagram_server(network, at));
    EXPECT_TRUE(create_server(network, Address{"127.0.0.2", at.port()}));
    // One program, many ports.
    EXPECT_TRUE(create_server(network, loopback));
}

TEST(Lessons, Lesson028_TwoSocketsShareAPortIfBothSayReuseport) {
    const auto listen_shared = [](const Address& at) {
        posix::Descriptor socket = posix::open(Family::inet, SOCK_STREAM);
        const int on = 1;
        posix::checked(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "setsockopt");
        const auto address = kernel::to_sockaddr(at, Family::inet).value();
        posix::checked(::bind(socket.get(), address.get(), address.size), "bind");
        posix::checked(::listen(socket.get(), 1), "listen");
        return socket;
    };
    const auto one = listen_shared(loopback);
    const Address at = posix::name_of(one);
    const auto other = listen_shared(at);
    const std::string text = sockeye({"check", std::to_string(at.port()), "--tcp"}).text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
}

TEST(Lessons, Lesson032_TwoServersOnOneAddressAreToldApartByPort_AndTheClientHasAnother) {
    const auto one = posix::listening(loopback);
    const auto other = posix::listening(loopback);
    const auto client = posix::connected(posix::name_of(one));
    const auto accepted = posix::accepted(one);
    const Address server_at = posix::name_of(one);
    const Address client_at = posix::name_of(client);
    ASSERT_NE(server_at.port(), posix::name_of(other).port());
    ASSERT_NE(client_at.port(), server_at.port());

    EXPECT_THAT(sockeye({"who", std::to_string(server_at.port())}).text,
                AllOf(HasSubstr(fmt::format("LISTEN       {}", server_at.to_string())),
                      HasSubstr(fmt::format("{} > {}", server_at.to_string(), client_at.to_string())),
                      HasSubstr(fmt::format("{} > {}", client_at.to_string(), server_at.to_string()))));
    EXPECT_THAT(sockeye({"who", std::to_string(posix::name_of(other).port())}).text,
                testing::Not(HasSubstr(client_at.to_string())));
}

TEST(Lessons, Lesson033_APidNamesAProcessHere_AndFiveThingsAConnectionInTheNet) {
    const auto server = posix::listening(loopback);
    const auto client = posix::connected(posix::name_of(server));
    const auto accepted = posix::accepted(server);
    const std::string port = std::to_string(posix::name_of(server).port());
    const std::string text = sockeye({"who", port, "--tcp"}).text;
    EXPECT_THAT(text, HasSubstr(me()));
    // Protocol, address and port, and the peer's address and port.
    EXPECT_THAT(text, HasSubstr(fmt::format("tcp   ESTABLISHED  127.0.0.1:{} > {}", port,
                                            posix::name_of(client).to_string())));
}

TEST(Lessons, Lesson084_APortIsFreeBeforeItsServerStarts_AndHeldAfter) {
    Address at;
    {
        at = posix::name_of(posix::listening(loopback));
    }
    const std::string port = std::to_string(at.port());
    const test::Answer before = sockeye({"check", port, "--tcp"});
    EXPECT_EQ(before.exit, 0);
    EXPECT_EQ(before.text, fmt::format("tcp  {}  free\n", port));

    const auto server = posix::listening(at);
    const test::Answer after = sockeye({"check", port, "--tcp"});
    EXPECT_EQ(after.exit, 1);
    EXPECT_THAT(after.text, AllOf(HasSubstr("LISTEN"), HasSubstr(at.to_string()), HasSubstr(me())));
}

TEST(Lessons, Lesson089_EachSocketCallOfALiveRunIsPartOfATelephoneCall) {
    const char* script =
        "import socket, threading\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "def serve():\n"
        "    connection, peer = server.accept()\n"
        "    connection.sendall(connection.recv(100).upper())\n"
        "    connection.close()\n"
        "thread = threading.Thread(target=serve)\n"
        "thread.start()\n"
        "client = socket.create_connection(server.getsockname())\n"
        "client.sendall(b'hello')\n"
        "print(client.recv(100).decode())\n"
        "client.recv(100)\n"
        "client.close()\n"
        "thread.join()\n"
        "server.close()\n";
    const test::Answer run = sockeye({"explain", "session", "python3", "-c", script});
    EXPECT_EQ(run.exit, 0) << run.words;
    EXPECT_EQ(run.text, "HELLO\n");
    for (const char* told :
         {"socket\\(TCP, IPv4\\) = [0-9]+ +take a telephone",
          "bind\\([0-9]+, 127.0.0.1:0\\) +give it the number", "listen\\([0-9]+, [0-9]+\\) +turn the bell on",
          "connect\\([0-9]+, 127.0.0.1:[0-9]+\\) +dial .*: picked up",
          "accept\\([0-9]+\\) = [0-9]+ +pick up: 127.0.0.1:[0-9]+ is on line",
          "sendto\\([0-9]+\\) = 5 +speak: \"hello\"", "recvfrom\\([0-9]+\\) = 5 +listen: \"hello\"",
          "sendto\\([0-9]+\\) = 5 +speak: \"HELLO\"",
          "recvfrom\\([0-9]+\\) = 0 +the peer has said goodbye \\(FIN\\)",
          "close\\([0-9]+\\) +hang up on 127.0.0.1", "close\\([0-9]+\\) +give the number back"})
        EXPECT_THAT(run.words, ContainsRegex(told));
}

TEST(Lessons, Lesson120_AUdpPortServesManyPeers_AndMayBeBoundAgainAtOnce) {
    KernelNetwork network;
    Address at;
    {
        Socket server = create_datagram_server(network, loopback).value();
        at = server.getsockname().value();
        std::vector<Socket> clients;
        for (int i = 0; i < 3; ++i) {
            clients.emplace_back(network, Family::inet, SocketType::datagram);
            ASSERT_TRUE(clients.back().sendto(std::to_string(i), at).wait());
            const Datagram datagram = server.recvfrom(100).wait().value();
            ASSERT_TRUE(server.sendto(datagram.bytes, datagram.sender).wait());
        }
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(clients[static_cast<std::size_t>(i)].recv(100).wait()->text(), std::to_string(i));
    }
    EXPECT_TRUE(create_datagram_server(network, at));
}

TEST(Lessons, Lesson126_AnAddressOfAnotherMachineIsToldAlongWithThisOnes) {
    KernelNetwork network;
    const Result<Socket> server = create_server(network, {"192.0.2.1", 0});  // RFC 5737: nobody's
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code(), Errc::address_not_available);
    EXPECT_THAT(std::string{server.error().detail()},
                AllOf(HasSubstr("192.0.2.1 is not an address of this machine"), HasSubstr("127.0.0.1")));
    const test::Answer listened = sockeye({"listen", "192.0.2.1:0", "--echo"});
    EXPECT_EQ(listened.exit, 1);
    EXPECT_THAT(listened.words, AllOf(HasSubstr("192.0.2.1"), HasSubstr("127.0.0.1")));
}

TEST(Lessons, Lesson128_ConnectedUdpHearsThatAPortIsClosed_AndUnconnectedDoesNot) {
    KernelNetwork network;
    Address closed;
    {
        closed = posix::name_of(posix::bound(loopback, SOCK_DGRAM));
    }
    Socket connected{network, Family::inet, SocketType::datagram};
    ASSERT_TRUE(connected.connect(closed).wait());
    ASSERT_TRUE(connected.send("anybody?").wait());
    EXPECT_EQ(connected.recv(100, 5s).wait().error().code(), Errc::refused);

    Socket unconnected{network, Family::inet, SocketType::datagram};
    ASSERT_TRUE(unconnected.sendto("anybody?", closed).wait());
    EXPECT_EQ(unconnected.recv(100, 50ms).wait().error().code(), Errc::timed_out);
}

}  // namespace
}  // namespace sockeye
