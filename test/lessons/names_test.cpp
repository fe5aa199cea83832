// The rows of CHECKLIST.md about names and connections, on the machine's own network.
#include <gtest/gtest.h>

#include "sockeye/kernel.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

TEST(Lessons, Lesson094_RefusedTimedOutAndUnreachableAreTold) {
    KernelNetwork network;
    Socket server = create_server(network, {"127.0.0.1", 0}).value();
    const Address at = server.getsockname().value();
    server.close();
    EXPECT_EQ(create_connection(network, at).wait().error(), Errc::refused);

    Socket silent = create_datagram_server(network, {"127.0.0.1", 0}).value();
    const Address nobody = silent.getsockname().value();
    set_name_servers(network, {&nobody, 1});  // which hears, and never answers
    EXPECT_EQ(create_connection(network, {"web.example", 80}, 50ms).wait().error(), Errc::timed_out);
}

TEST(Lessons, Lesson095_ANameErrorIsACodeLikeEveryOther) {
    KernelNetwork network;
    const Error error = create_connection(network, {"a..b", 80}).wait().error();
    EXPECT_EQ(error, Errc::invalid_argument);
    EXPECT_EQ(getaddrinfo(network, "web.example", 80, {.numeric_host = true}).wait().error(),
              Errc::name_not_found);
}

TEST(Lessons, Lesson121_LocalhostFindsAServerThatHasIPv4Alone) {
    KernelNetwork network;
    Socket server = create_server(network, {"", 0}).value();  // Python's '': IPv4 alone
    const std::uint16_t port = server.getsockname().value().port();
    Socket client = create_connection(network, {"localhost", port}).wait().value();
    EXPECT_EQ(client.getpeername().value(), (Address{"127.0.0.1", port}));
}

TEST(Lessons, Lesson121_AndSaysWhatItTriedWhereThereIsNone) {
    KernelNetwork network;
    Socket server = create_server(network, {"", 0}).value();
    const std::uint16_t port = server.getsockname().value().port();
    server.close();
    const Error error = create_connection(network, {"localhost", port}).wait().error();
    EXPECT_EQ(error, Errc::refused);
    EXPECT_TRUE(error.detail().contains("127.0.0.1:" + std::to_string(port) + " refused")) << error.detail();
}

TEST(Lessons, Lesson128_AConnectedUdpSocketHearsThatNobodyIsThereAndAnUnconnectedOneDoesNot) {
    KernelNetwork network;
    Socket gone = create_datagram_server(network, {"127.0.0.1", 0}).value();
    const Address at = gone.getsockname().value();
    gone.close();

    Target target{at};
    target.transport = Transport::udp;
    Socket connected = create_connection(network, target).wait().value();
    ASSERT_TRUE(connected.send("anybody?").wait());
    EXPECT_EQ(connected.recv(100, 5s).wait().error(), Errc::refused);

    Socket unconnected{network, Family::inet, SocketType::datagram};
    ASSERT_TRUE(unconnected.sendto("anybody?", at).wait());
    EXPECT_EQ(unconnected.recv(100, 50ms).wait().error(), Errc::timed_out);
}

}  // namespace
}  // namespace sockeye
