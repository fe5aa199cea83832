#include "app/scan.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "app/server.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "test/support/network_namespace.hpp"
#include "test/support/posix.hpp"

namespace sockeye::app {
namespace {

namespace posix = test::posix;
using States = std::map<std::uint16_t, PortState>;

const Address loopback{"127.0.0.1", 0};

States scan(Network& network, const Address& host, std::vector<PortRange> ports, ScanOptions options = {}) {
    States states;
    Scan scanning{network, host, std::move(ports), options, [&](const Finding& finding) {
                      EXPECT_TRUE(states.emplace(finding.port, finding.state).second) << "told twice";
                  }};
    scanning.start();
    EXPECT_TRUE(network.run());
    EXPECT_EQ(states.size(), scanning.total());
    return states;
}

TEST(Scan, OpenPortsOfThisMachineAreFoundAmongClosedOnes) {
    // On a network of its own, since whoever else listens here would take it for a client.
    if (::geteuid() != 0) GTEST_SKIP() << "a network namespace needs root";
    const test::NetworkNamespace own;
    KernelNetwork network;
    const auto one = posix::listening(loopback);
    const auto other = posix::listening(loopback);
    const std::uint16_t first = posix::name_of(one).port();
    const std::uint16_t second = posix::name_of(other).port();
    const States states = scan(network, loopback, {{1, 65535}});
    EXPECT_EQ(states.size(), 65535U);
    EXPECT_EQ(states.at(first), PortState::open);
    EXPECT_EQ(states.at(second), PortState::open);
    EXPECT_EQ(states.at(1), PortState::closed);
}

TEST(Scan, FewSocketsDoWhereAnswersComeAtOnce) {
    KernelNetwork network;
    const std::ptrdiff_t before = posix::open_descriptors();
    std::ptrdiff_t most = 0;
    Scan scanning{network, loopback, {{1, 4096}}, {.at_once = 512}, [&](const Finding&) {
                      most = std::max(most, posix::open_descriptors() - before);
                  }};
    scanning.start();
    EXPECT_TRUE(network.run());
    EXPECT_LE(most, 16) << "one, and more for ports of this machine that may be silent";
}

TEST(Scan, AsManyWaitAtOnceAsAreAllowed) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    lab.cut("server", "lan");
    const Instant began = client.now();
    const States states = scan(client, {"10.0.0.1", 0}, {{1, 200}}, {.timeout = 1s, .at_once = 100});
    EXPECT_EQ(states.at(200), PortState::filtered);
    EXPECT_LT(client.now() - began, 2100ms) << "two rounds, of a hundred each";
}

TEST(Scan, AUdpPortIsOpenOnceItAnswersAndSilenceIsNoAnswer) {
    KernelNetwork network;
    std::stop_source serving;
    Socket server = create_datagram_server(network, loopback).value();
    const std::uint16_t echo_port = server.getsockname()->port();
    const auto silent = posix::bound(loopback, SOCK_DGRAM);
    const std::uint16_t silent_port = posix::name_of(silent).port();
    std::uint16_t closed_port = 0;
    {
        const auto gone = posix::bound(loopback, SOCK_DGRAM);
        closed_port = posix::name_of(gone).port();
    }
    network.spawn(answer_datagrams(std::move(server), echo), serving.get_token());
    States states;
    Scan scanning{network,
                  loopback,
                  {{echo_port, echo_port}, {silent_port, silent_port}, {closed_port, closed_port}},
                  {.transport = Transport::udp, .timeout = 60ms},
                  [&](const Finding& finding) {
                      states[finding.port] = finding.state;
                      if (states.size() == 3) serving.request_stop();
                  }};
    scanning.start();
    EXPECT_TRUE(network.run());
    EXPECT_EQ(states[echo_port], PortState::open);
    EXPECT_EQ(states[silent_port], PortState::no_answer);
    EXPECT_EQ(states[closed_port], PortState::closed);
}

TEST(Scan, InALabAPortBehindACutCableIsFiltered) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    Socket listening = create_server(server, {"10.0.0.1", 80}).value();
    const Address host{"10.0.0.1", 0};
    EXPECT_EQ(scan(client, host, {{79, 81}}),
              (States{{79, PortState::closed}, {80, PortState::open}, {81, PortState::closed}}));
    lab.cut("client", "lan");
    EXPECT_EQ(scan(client, host, {{79, 80}}, {.timeout = 2s}),
              (States{{79, PortState::filtered}, {80, PortState::filtered}}));
}

}  // namespace
}  // namespace sockeye::app
