#include "socket/kernel/name_servers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace sockeye::kernel {
namespace {

using ::testing::ElementsAre;

TEST(NameServers, AreThoseOfResolvConfInItsOrder) {
    const std::string file = ::testing::TempDir() + "resolv-" + std::to_string(::getpid());
    std::ofstream{file} << "# a comment\nsearch example\nnameserver 192.0.2.53\n"
                           "nameserver\t2001:db8::53\nnameserver not-an-address\noptions ndots:1\n";
    EXPECT_THAT(name_servers(file), ElementsAre(Address{"192.0.2.53", 53}, Address{"2001:db8::53", 53}));
    ::unlink(file.c_str());
}

TEST(NameServers, IsTheMachineItselfWhereNoneIsNamed) {
    EXPECT_THAT(name_servers("/nonexistent"), ElementsAre(Address{"127.0.0.1", 53})) << "resolv.conf(5)";
}

}  // namespace
}  // namespace sockeye::kernel
