#include "socket/kernel/services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "test/support/posix.hpp"
#include "test/support/python.hpp"

namespace sockeye::kernel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(Services, HaveAPortForEachProtocol) {
    const std::vector<Service> domain = services_named("domain");
    EXPECT_THAT(domain, ElementsAre(Field(&Service::protocol, "tcp"), Field(&Service::protocol, "udp")));
    EXPECT_THAT(domain, testing::Each(Field(&Service::port, 53)));
    EXPECT_THAT(services_at(69), ElementsAre(Service{"tftp", {}, 69, "udp"}));
}

TEST(Services, AreFoundByTheirAliasesToo) {
    EXPECT_THAT(services_named("www"), ElementsAre(Service{"http", {"www"}, 80, "tcp"}));
    EXPECT_EQ(services_named("www"), services_named("http"));
}

TEST(Services, ThatNobodyKnowsAreNone) {
    EXPECT_THAT(services_named("no-such-service"), IsEmpty());
    EXPECT_THAT(services_named(""), IsEmpty());
    EXPECT_THAT(services_at(65535), IsEmpty());
}

TEST(Services, AreThosePythonFinds) {
    const auto lines = test::python(R"(
import socket
for port in range(8192):
    for protocol in ("tcp", "udp"):
        try: print(port, protocol, socket.getservbyport(port, protocol))
        except OSError: pass
)");
    ASSERT_GT(lines.size(), 100U);
    std::vector<std::string> ours;
    for (unsigned port = 0; port < 8192; ++port)
        for (const Service& service : services_at(static_cast<std::uint16_t>(port)))
            if (service.protocol == "tcp" || service.protocol == "udp")
                ours.push_back(std::to_string(service.port) + ' ' + service.protocol + ' ' + service.name);
    EXPECT_EQ(ours, lines);
}

TEST(ServiceNames, HaveNamesAndAliases) {
    EXPECT_THAT(service_names(), testing::AllOf(Contains("http"), Contains("www"), Contains("domain")));
}

TEST(EphemeralPorts, AreTheOnesTheKernelPicks) {
    const std::optional<PortRange> range = ephemeral_ports();
    ASSERT_TRUE(range.has_value());
    for (int i = 0; i < 20; ++i) {
        const auto socket = test::posix::bound(Address{"127.0.0.1", 0}, SOCK_STREAM);
        EXPECT_TRUE(range->contains(test::posix::name_of(socket).port()));
    }
}

}  // namespace
}  // namespace sockeye::kernel
