// What slow start does to a queue that is shorter than the window it would reach (RFC 9406 §1).
#include <gtest/gtest.h>

#include "test/support/impaired_pair.hpp"

namespace sockeye::test {
namespace {

using transport::tcp::SlowStart;

struct Outcome {
    std::size_t lost = 0;  ///< frames
    Instant done;
};

/// Four megabytes over 50 Mbit/s and 40 ms, which hold 167 frames, behind a queue of as many.
Outcome transfer(SlowStart slow_start) {
    Scenario scenario{.cable = {.bits_per_second = 50'000'000, .delay = 20ms, .queue_limit = 167},
                      .sizes = {4'000'000, 0},
                      .largest_call = 200'000};
    for (transport::tcp::Config& config : scenario.tcp) {
        config.slow_start = slow_start;
        config.send_buffer = config.receive_buffer = 4'000'000;
    }
    ImpairedPair pair{scenario};
    EXPECT_TRUE(pair.run(Instant{10min}));
    EXPECT_TRUE(pair.b.received == pair.a.to_send);
    return {.lost = pair.fates[link::Fate::queue_full], .done = pair.b.got_all.value_or(Instant::never())};
}

TEST(SlowStart, EndsBeforeTheQueueOverflows_Rfc9406) {
    const Outcome textbook = transfer(SlowStart::standard);
    const Outcome hystart = transfer(SlowStart::hystart);
    EXPECT_GT(textbook.lost, 50u);
    EXPECT_LT(hystart.lost, textbook.lost / 2) << "what is lost later is for congestion avoidance";
    EXPECT_LE(hystart.done, textbook.done);
}

}  // namespace
}  // namespace sockeye::test
