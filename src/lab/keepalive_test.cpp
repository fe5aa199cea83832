// Waits with a keepalive behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

/// The client's connection, whose server is then gone without a word.
struct KeepaliveTest : ::testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    Socket listener = create_server(server, {"10.0.0.1", 80}).value();
    Socket connection = create_connection(client, {"10.0.0.1", 80}).wait().value();
};

TEST_F(KeepaliveTest, AWaitThatAKeepaliveWillEndOutlivesTheHorizon) {
    connection.setsockopt(option::so_keepalive, true).value();
    lab.crash("server");
    EXPECT_EQ(connection.recv(1).wait().error(), Errc::timed_out);
    EXPECT_GE(lab.now(), Instant{7200s + 9 * 75s});
    EXPECT_LT(lab.now(), Instant{7200s + 10 * 75s});
}

TEST_F(KeepaliveTest, WithoutOneNothingIsLeftThatCouldEndIt) {
    lab.crash("server");
    EXPECT_EQ(connection.recv(1).wait().error(), Errc::stalled);
}

TEST_F(KeepaliveTest, AKeepaliveThatIsAnsweredForEverEndsAtItsOwnHorizon) {
    connection.setsockopt(option::so_keepalive, true).value();
    EXPECT_EQ(connection.recv(1).wait().error(), Errc::timed_out);
    EXPECT_GE(lab.now(), Instant{24h});
    connection.setsockopt(option::so_keepalive, false).value();
    EXPECT_EQ(connection.recv(1).wait().error(), Errc::stalled);
}

}  // namespace
}  // namespace sockeye
