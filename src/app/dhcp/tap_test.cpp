// The server on the machine's own network, and our stack as its client at a TAP device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/dhcp/programs.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/event.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/names.hpp"
#include "sockeye/tap.hpp"
#include "test/support/network_namespace.hpp"

namespace sockeye::app::dhcp {
namespace {

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

struct Configured : ClientObserver {
    explicit Configured(Network& host) : done{host} {}
    void configured(const Lease& lease_) override {
        lease = lease_;
        done.set();
    }
    Event done;
    std::optional<Lease> lease;
};

TEST(DhcpOnTheMachine, AServerOnTheKernelsNetworkSpeaksToAllWhereItCannotIntroduceANeighbour) {
    if (const std::string why = test::tap_refusal(); !why.empty()) GTEST_SKIP() << why;
    test::NetworkNamespace own_network;
    const auto tap = TapNetwork::open(TapOptions::parse("tap0,fd00:9::2/64").value()).value();
    own_network.ip("address add 10.0.0.1/24 dev tap0");
    KernelNetwork& machine = tap->machine();
    const Subnet subnet{.network = Prefix::parse("10.0.0.0/24").value(),
                        .first = ip("10.0.0.100"),
                        .last = ip("10.0.0.200"),
                        .routers = {ip("10.0.0.1")}};
    const auto server = std::make_shared<Server>(ServerConfig{.subnets = {subnet}});
    machine.spawn(serve(machine, {{if_nametoindex(machine, "tap0").value(), ip("10.0.0.1")}}, server));

    Configured client{*tap};
    tap->spawn(keep_configured(*tap, {.probe = false}, &client));
    ASSERT_TRUE(client.done.wait(30s).wait());
    EXPECT_EQ(client.lease->address, Prefix::parse("10.0.0.100/24").value());
    EXPECT_EQ(client.lease->server, ip("10.0.0.1"));
    const std::vector<Prefix> addresses = card_list(*tap).value().at(0).addresses;
    EXPECT_THAT(addresses, testing::Contains(client.lease->address));
}

}  // namespace
}  // namespace sockeye::app::dhcp
