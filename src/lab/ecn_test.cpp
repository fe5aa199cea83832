// A queue that marks instead of losing (RFC 3168), from the sender's window to the cable and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"
#include "sockeye/tcp_info.hpp"

namespace sockeye {
namespace {

constexpr std::size_t octets = 5'000'000;
constexpr std::uint32_t arbitrarily_high = (std::uint32_t{1} << 31) - 1;

Task<> drain(Socket listener, std::size_t& received) {
    auto client = co_await listener.accept();
    if (!client) co_return;
    Socket connection = std::move(client->socket);
    for (;;) {
        const auto text = co_await connection.recv(1 << 16);
        if (!text || text->empty()) co_return;
        received += text->size();
    }
}

/// A client sends through a bottleneck of 10 Mbit/s whose queue marks from the twentieth frame on.
struct Bottleneck {
    /// @param queue  frames that it holds
    explicit Bottleneck(std::size_t queue) : queue_limit{queue} {}

    std::size_t queue_limit;
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24",
                                {.bits_per_second = 10'000'000, .queue_limit = queue_limit, .mark_from = 20});
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    TcpInfo info;
    std::size_t received = 0;

    void transfer() {
        server.spawn(drain(create_server(server, {"10.0.0.1", 9001}).value(), received));
        Socket connection = create_connection(client, {"10.0.0.1", 9001}).wait().value();
        ASSERT_TRUE(connection.sendall(std::string(octets, 'x')).wait());
        info = tcp_info(connection).value();
        connection.close();
        ASSERT_TRUE(lab.run());
        ASSERT_EQ(received, octets);
    }
    auto frames(link::Fate fate) const {
        return std::ranges::count(lab.world().recorder().records(), fate, &lab::Record::fate);
    }
};

TEST(LabEcn, AQueueThatMarksSlowsTheSenderDownAndLosesNothing_Rfc3168_6_1_2) {
    Bottleneck world{100};
    world.lab.ask_for_ecn(world.client);
    world.transfer();
    EXPECT_GT(world.frames(link::Fate::marked), 0);
    EXPECT_EQ(world.frames(link::Fate::queue_full), 0);
    EXPECT_LT(world.info.slow_start_threshold, arbitrarily_high);
    EXPECT_LT(world.info.congestion_window, 100u) << "less than what the queue holds";
}

TEST(LabEcn, UnlessAskedForAQueueLosesWhatDoesNotFit) {
    Bottleneck world{30};
    world.transfer();
    EXPECT_EQ(world.frames(link::Fate::marked), 0);
    EXPECT_GT(world.frames(link::Fate::queue_full), 0);
}

}  // namespace
}  // namespace sockeye
