// A golden table: how fast 250,000 octets cross, over loss, round trip and buffer. Virtual time is exact, so
// the table is compared as it stands; SOCKEYE_ACCEPT=1 (./dev test --accept) writes it anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "test/support/impaired_pair.hpp"

namespace sockeye::test {
namespace {

using transport::tcp::CongestionControl;

constexpr std::size_t octets = 250'000;

/// kbit/s of payload, one way over 100 Mbit/s.
std::uint64_t goodput(CongestionControl control, Probability loss, Duration rtt, std::size_t buffer) {
    Scenario scenario{.cable = {.bits_per_second = 100'000'000, .delay = rtt / 2}, .sizes = {octets, 0}};
    scenario.impairments[0].loss = loss;
    for (transport::tcp::Config& config : scenario.tcp) {
        config.congestion = control;
        config.send_buffer = config.receive_buffer = buffer;
    }
    ImpairedPair pair{scenario};
    EXPECT_TRUE(pair.run(Instant{6h}));
    EXPECT_TRUE(pair.b.received == pair.a.to_send);
    const auto took = pair.b.got_all.value_or(Instant::never()).since_zero();
    return octets * 8 * 1'000'000 / static_cast<std::uint64_t>(took.count());
}

std::string table() {
    std::string text = "control  loss   rtt ms  buffer KiB  goodput kbit/s\n";
    for (const CongestionControl control : {CongestionControl::cubic, CongestionControl::new_reno})
        for (const Probability loss : {0_percent, 1_percent, 5_percent})
            for (const Duration rtt : {10ms, 100ms})
                for (const std::size_t kib : {16, 64, 256})
                    text += fmt::format("{:<8} {:>4}% {:>7} {:>11} {:>15}\n",
                                        control == CongestionControl::cubic ? "cubic" : "newreno",
                                        loss.parts_per_billion / 10'000'000.0, rtt / Duration{1ms}, kib,
                                        goodput(control, loss, rtt, kib * 1024));
    return text;
}

TEST(GoodputTable, IsAsItWas) {
    const std::string path = std::string{SOCKEYE_SOURCE} + "/test/properties/goodput.txt";
    const std::string now = table();
    if (std::getenv("SOCKEYE_ACCEPT") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        std::ofstream{path} << now;
        return;
    }
    std::stringstream before;
    before << std::ifstream{path}.rdbuf();
    EXPECT_EQ(now, before.str()) << "if that is as it should be: ./dev test --accept";
}

}  // namespace
}  // namespace sockeye::test
