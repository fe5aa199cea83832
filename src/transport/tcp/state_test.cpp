// The state diagram (RFC 9293 §3.3.2, figure 5) as a table of all its arrows.
#include "transport/tcp/state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace sockeye::transport::tcp {
namespace {

struct Arrow {
    State from;
    Event event;
    State to;
};

using enum State;

constexpr std::array arrows{
    Arrow{closed, Event::passive_open, listen},
    Arrow{closed, Event::active_open, syn_sent},
    Arrow{listen, Event::syn_received, syn_received},
    Arrow{listen, Event::close, closed},
    Arrow{syn_sent, Event::syn_ack_received, established},
    Arrow{syn_sent, Event::syn_received, syn_received},
    Arrow{syn_sent, Event::close, closed},
    Arrow{syn_received, Event::syn_acked, established},
    Arrow{syn_received, Event::close, fin_wait_1},
    Arrow{established, Event::close, fin_wait_1},
    Arrow{established, Event::fin_received, close_wait},
    Arrow{fin_wait_1, Event::fin_acked, fin_wait_2},
    Arrow{fin_wait_1, Event::fin_received, closing},
    Arrow{fin_wait_2, Event::fin_received, time_wait},
    Arrow{close_wait, Event::close, last_ack},
    Arrow{closing, Event::fin_acked, time_wait},
    Arrow{last_ack, Event::fin_acked, closed},
    Arrow{time_wait, Event::linger_elapsed, closed},
};

constexpr std::array states{closed,     listen,     syn_sent, syn_received, established, fin_wait_1,
                            fin_wait_2, close_wait, closing,  last_ack,     time_wait};
constexpr std::array events{Event::passive_open,     Event::active_open, Event::syn_received,
                            Event::syn_ack_received, Event::syn_acked,   Event::close,
                            Event::fin_received,     Event::fin_acked,   Event::linger_elapsed};

TEST(TcpState, FollowsTheArrowsOfFigure5AndNoOthers_Rfc9293_3_3_2) {
    for (const State from : states) {
        for (const Event event : events) {
            const auto arrow = std::ranges::find_if(
                arrows, [&](const Arrow& each) { return each.from == from && each.event == event; });
            EXPECT_EQ(next(from, event), arrow == arrows.end() ? from : arrow->to)
                << to_string(from) << " on event " << static_cast<int>(event);
        }
    }
}

TEST(TcpState, AnAbortAndAResetEndEverything_ExceptThatAListenerIgnoresResets) {
    for (const State from : states) {
        EXPECT_EQ(next(from, Event::abort), closed);
        EXPECT_EQ(next(from, Event::rst_received), from == listen ? listen : closed);
    }
}

TEST(TcpState, IsSpeltAsInTheRfc) {
    EXPECT_EQ(to_string(syn_sent), "SYN-SENT");
    EXPECT_EQ(to_string(fin_wait_2), "FIN-WAIT-2");
}

}  // namespace
}  // namespace sockeye::transport::tcp
