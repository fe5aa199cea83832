// What the options of create_server and create_datagram_server mean.
#include <gtest/gtest.h>

#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

const Address every_interface = Address::parse(":0").value();

class KernelServer : public test::OnEachBackend {
protected:
    bool is_reachable(const Socket& server, Family family) {
        const Address at{IpAddress::loopback(family), server.getsockname().value().port()};
        return create_connection(network, at, 5s).wait().has_value();
    }
    void SetUp() override {
        OnEachBackend::SetUp();
        if (!IsSkipped() && !has_dualstack_ipv6(network)) GTEST_SKIP() << "this machine has no IPv6";
    }
    KernelNetwork network{options()};
};

TEST_P(KernelServer, OnEveryInterfaceServesBothFamilies) {
    Socket server = create_server(network, every_interface).value();
    EXPECT_TRUE(is_reachable(server, Family::inet6));
    EXPECT_TRUE(is_reachable(server, Family::inet));
}

TEST_P(KernelServer, WithoutDualStackServesIPv6Alone) {
    Socket server = create_server(network, every_interface, {.dualstack_ipv6 = false}).value();
    EXPECT_TRUE(is_reachable(server, Family::inet6));
    EXPECT_FALSE(is_reachable(server, Family::inet));
}

TEST_P(KernelServer, OfOneFamilyServesThatAlone) {
    Socket server = create_server(network, every_interface, {.family = Family::inet}).value();
    EXPECT_EQ(server.getsockname().value().ip(), IpAddress::any(Family::inet));
    EXPECT_FALSE(is_reachable(server, Family::inet6));
    EXPECT_EQ(create_server(network, Address{"127.0.0.1", 0}, {.family = Family::inet6}).error(),
              Errc::invalid_argument);
}

TEST_P(KernelServer, ThatReusesThePortSharesItWithThoseThatDoToo) {
    Socket first = create_server(network, {"127.0.0.1", 0}, {.reuse_port = true}).value();
    const Address at = first.getsockname().value();
    EXPECT_TRUE(create_server(network, at, {.reuse_port = true}));
    EXPECT_EQ(create_server(network, at).error(), Errc::address_in_use);

    Socket datagrams = create_datagram_server(network, {"127.0.0.1", 0}, {.reuse_port = true}).value();
    EXPECT_TRUE(create_datagram_server(network, datagrams.getsockname().value(), {.reuse_port = true}));
    EXPECT_EQ(create_datagram_server(network, datagrams.getsockname().value()).error(), Errc::address_in_use);
}

INSTANTIATE_TEST_SUITE_P(Backends, KernelServer, ::testing::ValuesIn(test::kernel_backends),
                         test::backend_of);

TEST(LabServer, OnEveryInterfaceServesWhatTheHostHas) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    Socket listening = create_server(server, Address::parse(":9001").value()).value();
    EXPECT_TRUE(create_connection(client, {"10.0.0.1", 9001}).wait());
}

TEST(LabServer, AnOptionThatALabDoesNotHaveIsUnsupported) {
    Lab lab;
    Host& host = lab.add_host("host", lab.add_switch("lan"), "10.0.0.1/24");
    EXPECT_EQ(create_server(host, {"", 9001}, {.reuse_port = true}).error(), Errc::unsupported);
    EXPECT_EQ(create_datagram_server(host, {"", 9001}, {.reuse_port = true}).error(), Errc::unsupported);
}

}  // namespace
}  // namespace sockeye
