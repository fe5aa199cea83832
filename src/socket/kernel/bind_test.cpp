#include "socket/kernel/bind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(KernelBind, NamesTheSettingAndTheRemedyForAPrivilegedPort) {
    EXPECT_EQ(
        kernel::advice_on_privileged_port({"0.0.0.0", 80}, 1024),
        "0.0.0.0:80: ports below 1024 are for root (net.ipv4.ip_unprivileged_port_start); take a higher "
        "port, or run: sudo sysctl net.ipv4.ip_unprivileged_port_start=80");
    EXPECT_EQ(kernel::advice_on_privileged_port({"0.0.0.0", 1024}, 1024), "");
    EXPECT_EQ(kernel::advice_on_privileged_port({"0.0.0.0", 0}, 1024), "");
}

TEST(KernelBind, ToAPrivilegedPortSaysSo) {
    int start = 1024;
    std::ifstream{"/proc/sys/net/ipv4/ip_unprivileged_port_start"} >> start;
    constexpr uid_t nobody = 65534;
    const uid_t user = ::geteuid();
    if (start < 2 || (user == 0 && ::seteuid(nobody) < 0)) GTEST_SKIP() << "every port is free here";

    KernelNetwork network;
    Result<Socket> server = create_server(network, {"127.0.0.1", 1});
    // Back to whom the other tests expect.
    ASSERT_EQ(::seteuid(user), 0);

    EXPECT_EQ(server.error(), Errc::permission_denied);
    EXPECT_THAT(std::string{server.error().detail()}, HasSubstr("ip_unprivileged_port_start"));
}

/// 192.0.2.0/24 is for documentation (RFC 5737), so no machine has it.
TEST(KernelBind, ToAForeignAddressListsThisMachinesOwn) {
    KernelNetwork network;
    const Result<Socket> server = create_server(network, {"192.0.2.1", 9001});
    EXPECT_EQ(server.error(), Errc::address_not_available);
    EXPECT_THAT(
        std::string{server.error().detail()},
        AllOf(HasSubstr("192.0.2.1 is not an address of this machine, which has "), HasSubstr("127.0.0.1")));
}

TEST(KernelBind, ASecondTimeIsAMistake) {
    KernelNetwork network;
    Socket socket{network};
    ASSERT_TRUE(socket.bind({"127.0.0.1", 0}));
    EXPECT_EQ(socket.bind({"127.0.0.1", 0}).error(), Errc::invalid_argument);
}

/// SO_REUSEADDR would let two UDP servers share a port, and one of them hear nothing.
TEST(KernelBind, TwoDatagramServersNeverShareAPort) {
    KernelNetwork network;
    const Socket first = create_datagram_server(network, {"127.0.0.1", 0}).value();
    EXPECT_EQ(create_datagram_server(network, first.getsockname().value()).error(), Errc::address_in_use);
}

}  // namespace
}  // namespace sockeye
