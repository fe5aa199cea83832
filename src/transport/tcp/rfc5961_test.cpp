// RST, SYN and ACK in every synchronized state, at both edges of the window (RFC 9293 §3.10.7.4, RFC 5961).
#include <array>

#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

constexpr std::array states{State::established, State::fin_wait_1, State::fin_wait_2, State::close_wait,
                            State::closing,     State::last_ack,   State::time_wait};

/// alice's connection, driven to `state` by segments and calls.
Connection& reach(Script& script, State state) {
    Connection& connection = script.establish();
    const bool peer_first = state == State::close_wait || state == State::last_ack;
    if (peer_first) script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 1});
    if (state != State::established && state != State::close_wait) connection.shutdown_write().value();
    script.sent();
    if (state == State::fin_wait_2 || state == State::time_wait)
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2});
    if (state == State::closing) script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 1});
    if (state == State::time_wait) script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2});
    script.pass(50ms);
    EXPECT_EQ(connection.state(), state);
    return connection;
}

std::uint32_t rcv_nxt(const Script& script, const Connection& connection) {
    return static_cast<std::uint32_t>(connection.status().rcv_nxt() - script.peer_iss);
}

std::uint32_t snd_nxt(const Script& script, const Connection& connection) {
    return static_cast<std::uint32_t>(connection.status().snd_nxt - script.own_iss);
}

/// The ACK that says where the connection stands.
std::string challenge(const Script& script, const Connection& connection) {
    return "ACK " + std::to_string(snd_nxt(script, connection)) + " ack " +
           std::to_string(rcv_nxt(script, connection)) + "\n";
}

enum class Place : std::uint8_t { before, exact, behind, last, beyond };
constexpr std::array places{Place::before, Place::exact, Place::behind, Place::last, Place::beyond};

std::uint32_t number(Place place, const Script& script, const Connection& connection) {
    const std::uint32_t first = rcv_nxt(script, connection);
    const std::uint32_t window = connection.status().rcv_wnd();
    switch (place) {
        case Place::before: return first - 1;
        case Place::exact: return first;
        case Place::behind: return first + 1;
        case Place::last: return first + window - 1;
        case Place::beyond: return first + window;
    }
    return 0;
}

TEST(TcpRfc5961, AResetEndsTheConnectionAtTheExactNumberAndIsChallengedElsewhereInTheWindow_3_2) {
    for (const State state : states) {
        for (const Place place : places) {
            SCOPED_TRACE(std::string{to_string(state)} + " " + std::to_string(static_cast<int>(place)));
            Script script;
            Connection& connection = reach(script, state);
            const bool inside = place == Place::behind || place == Place::last;
            const std::string expected = inside ? challenge(script, connection) : "";
            script.arrives({.flags = {.rst = true}, .seq = number(place, script, connection)});
            EXPECT_EQ(script.sent(), expected);
            EXPECT_EQ(connection.state(), place == Place::exact ? State::closed : state);
            const bool tells = place == Place::exact && state != State::closing && state != State::last_ack &&
                               state != State::time_wait;
            EXPECT_EQ(connection.take_error(), tells ? std::optional{Errc::reset} : std::nullopt);
        }
    }
}

TEST(TcpRfc5961, ASynIsChallengedWhateverItsNumber_4_2) {
    for (const State state : states) {
        for (const Place place : places) {
            SCOPED_TRACE(std::string{to_string(state)} + " " + std::to_string(static_cast<int>(place)));
            Script script;
            Connection& connection = reach(script, state);
            const std::string expected = challenge(script, connection);
            script.arrives({.flags = {.syn = true}, .seq = number(place, script, connection)});
            EXPECT_EQ(script.sent(), expected);
            EXPECT_EQ(connection.state(), state);
            script.arrives({.flags = {.syn = true}, .seq = number(place, script, connection)});
            EXPECT_EQ(script.sent(), "");  // §7: once in a while
        }
    }
}

TEST(TcpRfc5961, AnAckIsTakenFromTheLargestWindowBeforeSndUnaUpToSndNxt_5_2) {
    for (const State state : states) {
        SCOPED_TRACE(to_string(state));
        for (const int beyond : {-1, 0}) {
            Script script;
            Connection& connection = reach(script, state);
            const auto una = static_cast<std::uint32_t>(connection.status().snd_una - script.own_iss);
            const std::uint32_t oldest = una - connection.status().max_snd_wnd;
            const std::string expected = beyond < 0 ? challenge(script, connection) : "";
            script.arrives({.flags = {.ack = true},
                            .seq = rcv_nxt(script, connection),
                            .ack = oldest + static_cast<std::uint32_t>(beyond)});
            EXPECT_EQ(script.sent(), expected);
            EXPECT_EQ(connection.state(), state);
        }
        for (const std::uint32_t beyond : {0u, 1u}) {
            Script script;
            Connection& connection = reach(script, state);
            const std::string expected = beyond > 0 ? challenge(script, connection) : "";
            script.arrives({.flags = {.ack = true},
                            .seq = rcv_nxt(script, connection),
                            .ack = snd_nxt(script, connection) + beyond});
            EXPECT_EQ(script.sent(), expected);
        }
    }
}

TEST(TcpRfc5961, ASegmentWithoutAckIsDroppedInEveryState_Rfc9293_3_10_7_4) {
    for (const State state : states) {
        SCOPED_TRACE(to_string(state));
        Script script;
        Connection& connection = reach(script, state);
        script.arrives({.seq = rcv_nxt(script, connection), .text = "x"});
        EXPECT_EQ(script.sent(), "");
        EXPECT_EQ(connection.state(), state);
        EXPECT_EQ(connection.readable(), 0u);
    }
}

TEST(TcpRfc5961, ChallengesAreAsManyAsTheBurstInEachInterval_Rfc5961_7) {
    Script script{{.challenge_interval = 5s, .challenge_burst = 3}};
    Connection& connection = script.establish();
    const std::string one = challenge(script, connection);
    std::string expected;
    std::string actual;
    for (int i = 0; i < 5; ++i) {
        script.arrives({.flags = {.syn = true}, .seq = rcv_nxt(script, connection)});
        actual += script.sent();
        if (i < 3) expected += one;
    }
    EXPECT_EQ(actual, expected);
    script.pass(5s);
    script.arrives({.flags = {.syn = true}, .seq = rcv_nxt(script, connection)});
    EXPECT_EQ(script.sent(), one);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
