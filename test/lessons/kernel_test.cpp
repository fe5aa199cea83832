// The checklist's rows on what the machine's sockets do underneath: ports, descriptors, queues, keepalive.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "socket/kernel/services.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/tcp_info.hpp"
#include "test/conformance/place.hpp"
#include "test/lessons/serving.hpp"
#include "test/lessons/sockeye.hpp"
#include "test/support/python.hpp"
#include "transport/tcp/config.hpp"

namespace sockeye {
namespace {

using conformance::LabPlace;
using conformance::Pair;
using conformance::Place;
using test::Serving;
using testing::HasSubstr;

struct LessonsOnTheKernel : testing::Test {
    static std::size_t descriptors() {
        const std::filesystem::directory_iterator open{"/proc/self/fd"};
        return static_cast<std::size_t>(std::distance(begin(open), end(open)));
    }
    /// How many clients are connected before anybody is accepted.
    std::size_t connected_to(Socket& server) {
        std::vector<Socket> clients;
        const Address at = server.getsockname().value();
        for (;;) {
            Result<Socket> client = create_connection(network, at, 300ms).wait();
            if (!client) return clients.size();
            clients.push_back(std::move(*client));
        }
    }
    Socket listening(int backlog) {
        Socket server{network};
        server.bind(Address{"127.0.0.1", 0}).value();
        server.listen(backlog).value();
        return server;
    }

    KernelNetwork network;
};

TEST_F(LessonsOnTheKernel, Lesson030_APortOfNoChoiceIsOneOfTheDynamicOnesAndFreeAgainAfterClose) {
    const PortRange dynamic = kernel::ephemeral_ports().value();
    for (const SocketType type : {SocketType::stream, SocketType::datagram}) {
        Socket socket{network, Family::inet, type};
        socket.bind(Address{"127.0.0.1", 0}).value();
        const Address at = socket.getsockname().value();
        EXPECT_TRUE(dynamic.contains(at.port())) << at.port();
        socket.close();
        Socket next{network, Family::inet, type};
        EXPECT_TRUE(next.bind(at)) << "nothing was sent from it, so there is no TIME-WAIT";
    }
}

TEST_F(LessonsOnTheKernel, Lesson039_OurClientTalksToPythonsServerAndPythonsClientToOurs) {
    const Serving ours{{"127.0.0.1:0", "--echo"}};
    EXPECT_EQ(test::python("import socket\n"
                           "every = bytes(range(256)) * 1000\n"
                           "with socket.create_connection((\"127.0.0.1\", " +
                           std::to_string(ours.port()) +
                           ")) as s:\n"
                           "    s.sendall(every[:1000]); s.shutdown(socket.SHUT_WR)\n"
                           "    print(s.makefile(\"rb\").read() == every[:1000])\n"),
              std::vector<std::string>{"True"});

    std::FILE* theirs = popen(
        "python3 -uc 'import socket\n"
        "server = socket.create_server((\"127.0.0.1\", 0))\n"
        "print(server.getsockname()[1])\n"
        "client, _ = server.accept()\n"
        "client.sendall(client.makefile(\"rb\").read()[::-1])'",
        "r");
    unsigned port = 0;
    ASSERT_EQ(std::fscanf(theirs, "%u", &port), 1);
    Socket client =
        create_connection(network, Address{"127.0.0.1", static_cast<std::uint16_t>(port)}).wait().value();
    std::string every;
    for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
    client.sendall(every).wait().value();
    client.shutdown(Shutdown::write).value();
    std::string heard;
    for (;;) {
        const Bytes piece = client.recv(1024).wait().value();
        if (piece.empty()) break;
        heard += piece.text();
    }
    EXPECT_EQ(heard, std::string(every.rbegin(), every.rend()));
    EXPECT_EQ(pclose(theirs), 0);
}

TEST_F(LessonsOnTheKernel, Lesson040_ASocketIsADescriptorToBeReadWrittenPolledAndClosed) {
    SocketPair pair = socketpair(network).value();
    pollfd waiting{.fd = pair.second.fileno(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&waiting, 1, 0), 0);
    ASSERT_EQ(::write(pair.first.fileno(), "hello", 5), 5);
    EXPECT_EQ(::poll(&waiting, 1, 10'000), 1);
    char text[8] = {};
    ASSERT_EQ(::read(pair.second.fileno(), text, sizeof text), 5);
    EXPECT_STREQ(text, "hello");
    const int descriptor = pair.first.fileno();
    pair.first.close();
    const int reused = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(reused, descriptor) << "the lowest number that is free (open(2))";
    pair.first.close();
    EXPECT_EQ(pair.first.fileno(), -1);
    EXPECT_EQ(::close(reused), 0) << "closing twice took nobody else's descriptor";
}

void connect_before_accept(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    Socket client = create_connection(place.client(), server.getsockname().value()).wait().value();
    EXPECT_EQ(tcp_info(client).value().state, TcpState::established);
    client.sendall("nobody has accepted me").wait().value();
    Accepted accepted = server.accept().wait().value();
    EXPECT_EQ(accepted.socket.recv(1024).wait().value().text(), "nobody has accepted me");
}

TEST_F(LessonsOnTheKernel, Lesson047_TheHandshakeIsOverBeforeAnybodyCallsAccept) {
    conformance::KernelPlace kernel{Backend::automatic};
    connect_before_accept(kernel);
    LabPlace lab;
    connect_before_accept(lab);
}

Task<> hear_until_it_fails(Network& network, Socket& socket, std::optional<Errc>& why, Instant& when) {
    Result<Bytes> heard = co_await socket.recv(1);
    if (!heard) why = heard.error().code();
    when = network.now();
}

TEST_F(LessonsOnTheKernel, Lesson058_KeepaliveIsOffUnlessAskedForAndGivesUpAfter2HoursAnd9Probes) {
    conformance::KernelPlace kernel{Backend::automatic};
    Pair pair{kernel};
    EXPECT_FALSE(pair.near.getsockopt(option::so_keepalive).value());
    set_keepalive(pair.near, {.idle = 10s, .interval = 3s, .count = 4}).value();
    EXPECT_TRUE(pair.near.getsockopt(option::so_keepalive).value());
    EXPECT_EQ(pair.near.getsockopt(option::tcp_keepidle).value(), 10s);
    EXPECT_EQ(pair.near.getsockopt(option::tcp_keepintvl).value(), 3s);
    EXPECT_EQ(pair.near.getsockopt(option::tcp_keepcnt).value(), 4);

    LabPlace lab;
    Pair far_away{lab};
    set_keepalive(far_away.near, {}).value();
    lab.lab().cut("server", "lan");
    const Instant began = lab.client().now();
    std::optional<Errc> why;
    Instant when;
    lab.client().spawn(hear_until_it_fails(lab.client(), far_away.near, why, when));
    for (int hours = 0; hours < 3; ++hours) lab.lab().run_for(1h).value();
    EXPECT_EQ(why, Errc::timed_out);
    EXPECT_EQ(std::chrono::round<std::chrono::seconds>(when - began), 7200s + 9 * 75s);
}

TEST_F(LessonsOnTheKernel, Lesson059_AsManyClientsAsTheBacklogAndOneMoreAreConnectedBeforeAccept) {
    for (const int backlog : {0, 1, 5}) {
        Socket server = listening(backlog);
        EXPECT_EQ(connected_to(server), static_cast<std::size_t>(backlog) + 1) << backlog;
    }
}

TEST_F(LessonsOnTheKernel, Lesson060_ANegativeBacklogIs0AndNoneAtAllIs128) {
    Socket server = listening(-1);
    EXPECT_EQ(connected_to(server), 1U);
    Socket usual{network};
    usual.bind(Address{"127.0.0.1", 0}).value();
    usual.listen().value();
    const std::string port = std::to_string(usual.getsockname().value().port());
    EXPECT_THAT(test::sockeye({"who", port, "--json"}).text, HasSubstr("128"));
}

TEST_F(LessonsOnTheKernel, Lesson077_APrivilegedPortIsRefusedByTheNameOfTheSettingAndWithARemedy) {
    if (::geteuid() != 0) GTEST_SKIP() << "a network whose setting is known takes root";
    const std::string command =
        "unshare --net setpriv --reuid=65534 --clear-groups " SOCKEYE_COMMAND " listen :80 --echo 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    std::string words;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) words += static_cast<char>(c);
    const int status = pclose(pipe);
    if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127)
        GTEST_SKIP() << "nobody else may run the command: " << words;
    EXPECT_EQ(WEXITSTATUS(status), 77);
    EXPECT_THAT(words, HasSubstr("ports below 1024 are for root (net.ipv4.ip_unprivileged_port_start)"));
    EXPECT_THAT(words, HasSubstr("sudo sysctl net.ipv4.ip_unprivileged_port_start=80"));
}

TEST_F(LessonsOnTheKernel, Lesson082_EverySocketIsClosedWithItsScopeAlsoByAnException) {
    Socket server = create_server(network, {"127.0.0.1", 0}).value();
    const Address at = server.getsockname().value();
    const auto once = [&](bool fails) {
        Socket client = create_connection(network, at).wait().value();
        client.setsockopt(option::so_linger, Duration::zero()).value();  // RST: no port stays in TIME-WAIT
        const Accepted accepted = server.accept().wait().value();
        if (fails) throw std::runtime_error{"in the middle of it"};
    };
    once(false);
    const std::size_t before = descriptors();
    for (int connection = 0; connection < 10'000; ++connection) {
        if (connection % 10 > 0)
            once(false);
        else
            EXPECT_THROW(once(true), std::runtime_error);
    }
    EXPECT_EQ(descriptors(), before);
}

TEST_F(LessonsOnTheKernel, Lesson083_TheListenerStaysOpenFromOneClientToTheNext) {
    Serving server{{"127.0.0.1:0", "--upper"}};
    for (const char* text : {"first", "second", "third"}) {
        {
            Socket client =
                create_connection(network, Address{"127.0.0.1", server.port()}, 10s).wait().value();
            client.sendall(text).wait().value();
            EXPECT_EQ(client.recv(100, 10s).wait().value().size(), std::string_view{text}.size());
        }
        EXPECT_THAT(server.line(), HasSubstr("FIN"));
    }
}

TEST_F(LessonsOnTheKernel, Lesson085_ATcpAndAUdpSocketAreOneLineEachAndLeaveNothingBehind) {
    const std::size_t before = descriptors();
    for (int i = 0; i < 1000; ++i) {
        const Socket tcp{network};
        const Socket udp{network, Family::inet, SocketType::datagram};
        ASSERT_GE(udp.fileno(), 0);
        ASSERT_NE(tcp.fileno(), udp.fileno());
    }
    EXPECT_EQ(descriptors(), before);
}

TEST_F(LessonsOnTheKernel, Lesson129_TheLessonsNumbersAreThoseOfTheirSources) {
    const Keepalive keepalive;
    EXPECT_EQ(keepalive.idle, 2h);                       // RFC 9293 §3.8.4: no less than two hours
    EXPECT_EQ(keepalive.interval, 75s);                  // tcp(7)
    EXPECT_EQ(keepalive.count, 9);                       // tcp(7); BSD's is 10, which the lesson has
    EXPECT_EQ(transport::tcp::Config{}.time_wait, 60s);  // Linux's 2 MSL; RFC 9293 §3.4.2: 4 minutes
    EXPECT_EQ(std::numeric_limits<std::uint16_t>::max(), 65'535);  // ports: RFC 9293 §3.1, 16 bits
    EXPECT_EQ(std::numeric_limits<std::underlying_type_t<std::byte>>::digits, 8);
    EXPECT_EQ(Prefix::parse("192.168.1.0/24").value().netmask().to_string(), "255.255.255.0");
    // A MAC address has 48 bits (IEEE 802), which a MAC verb that is given fewer or more does not take.
    EXPECT_EQ(test::sockeye({"mac", "00:1b:21:3c:9d:f8"}).exit, 0);
    EXPECT_EQ(test::sockeye({"mac", "00:1b:21:3c:9d"}).exit, 2);
    EXPECT_EQ(test::sockeye({"mac", "00:1b:21:3c:9d:f8:00"}).exit, 2);
}

}  // namespace
}  // namespace sockeye
