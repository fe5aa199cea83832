// SYN cookies (RFC 4987 §3.6), and connections that follow one in TIME-WAIT (RFC 6191).
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

Segment syn_with_options(std::uint32_t clock) {
    return {.flags = {.syn = true},
            .mss = 1460,
            .window_scale = 9,
            .sack_permitted = true,
            .timestamps = wire::TcpTimestamps{clock, 0}};
}

// ---- cookies

TEST(TcpSynCookies, AreSentOnlyWhenTheQueueOverflows) {
    Script script{{.syn_backlog = 1}};
    Listener& listener = *script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}, .mss = 1460});
    script.sent();
    EXPECT_EQ(script.tcp.connections(), 1u);
    const Address other{"10.0.0.3", 80};
    script.arrives_from(other, {.flags = {.syn = true}, .mss = 1460});
    EXPECT_EQ(script.sent(Show::options), "SYN ACK 0 ack 1 win 65535 mss 1460\n");
    EXPECT_EQ(script.tcp.connections(), 1u);  // nothing is remembered

    script.arrives_from(other, {.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "hello"});
    Connection* connection = script.tcp.accept(listener);
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(connection->peer(), other);
    EXPECT_EQ(connection->state(), State::established);
    EXPECT_EQ(read_all(*connection), "hello");
    connection->send(bytes("world")).value();
    EXPECT_EQ(script.sent(), "ACK 1:6 ack 6\n");
}

TEST(TcpSynCookies, NeverWantedTheSynIsDropped) {
    Script script{{.syn_backlog = 0, .syn_cookies = SynCookieUse::never}};
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.tcp.take_drop(), "SYN queue full");
    EXPECT_EQ(script.tcp.take_drop(), "") << "which is told once";
}

TEST(TcpSynCookies, RememberTheMssByATable) {
    for (const auto& [told, kept] : {std::pair{1460, 1460u}, std::pair{1459, 1440u}, std::pair{100, 64u}}) {
        Script script{{.syn_cookies = SynCookieUse::always}};
        Listener& listener = *script.tcp.listen(alice, 5).value();
        script.arrives({.flags = {.syn = true}, .mss = static_cast<std::uint16_t>(told)});
        script.sent();
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
        EXPECT_EQ(script.tcp.accept(listener)->status().snd_mss, kept);
    }
}

TEST(TcpSynCookies, ForgetTheOptionsWhereThereAreNoTimestamps) {
    Script script{{.syn_cookies = SynCookieUse::always}};
    Listener& listener = *script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}, .mss = 1460, .window_scale = 9, .sack_permitted = true});
    EXPECT_EQ(script.sent(Show::options), "SYN ACK 0 ack 1 win 65535 mss 1460\n");
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
    const Options none{.window_scaling = false, .timestamps = false, .sack = false};
    EXPECT_EQ(script.tcp.accept(listener)->status().options, none);
}

TEST(TcpSynCookies, WithTimestampsTheOptionsComeBackInTheirEcho) {
    Script script{{.syn_cookies = SynCookieUse::always}};
    Listener& listener = *script.tcp.listen(alice, 5).value();
    script.pass(1000s);
    script.arrives(syn_with_options(50));
    EXPECT_EQ(script.sent(Show::options),
              "SYN ACK 0 ack 1 win 65535 mss 1460 sackOK TS val 0 ecr 50 wscale 7\n");
    script.arrives({.flags = {.ack = true},
                    .seq = 1,
                    .ack = 1,
                    .window = 100,
                    .timestamps = wire::TcpTimestamps{60, 0}});
    Connection& connection = *script.tcp.accept(listener);
    EXPECT_EQ(connection.status().options, Options{});
    EXPECT_EQ(connection.status().snd_wnd, 100u << 9);
    EXPECT_EQ(connection.status().snd_mss, 1448u);
    connection.send(bytes("x")).value();
    EXPECT_THAT(script.sent(Show::options), testing::HasSubstr("ACK 1:2 ack 1 win 1024 TS val "));
}

TEST(TcpSynCookies, AForgedOneIsReset) {
    Script script{{.syn_cookies = SynCookieUse::always}};
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}});
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2});
    EXPECT_EQ(script.sent(), "RST 2\n");
    script.arrives({.flags = {.ack = true}, .seq = 2, .ack = 1});  // another SYN's
    EXPECT_EQ(script.sent(), "RST 1\n");
    script.arrives_from(Address{"10.0.0.3", 80}, {.flags = {.ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(script.sent(), "RST 1\n");
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpSynCookies, AreGoodForAMinuteAndNotForThree) {
    for (const auto& [wait, good] : {std::pair{60s, true}, std::pair{180s, false}}) {
        Script script{{.syn_cookies = SynCookieUse::always}};
        Listener& listener = *script.tcp.listen(alice, 5).value();
        script.arrives({.flags = {.syn = true}});
        script.sent();
        script.pass(wait);
        script.arrives_from(Address{"10.0.0.9", 1}, {.flags = {.syn = true}});  // still crowded
        script.tcp.poll(script.now);
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
        EXPECT_EQ(script.tcp.accept(listener) != nullptr, good);
    }
}

TEST(TcpSynCookies, WhereNoneWereSentAnAckIsResetAsEver) {
    Script script;
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(script.sent(), "RST 1\n");
}

TEST(TcpSynCookies, AFloodLeavesNothingBehindAndKeepsNobodyOut) {
    Script script{{.syn_backlog = 16}};
    Listener& listener = *script.tcp.listen(alice, 5).value();
    for (std::uint16_t port = 1000; port < 3000; ++port) {
        script.arrives_from(Address{"10.0.0.66", port}, {.flags = {.syn = true}, .mss = 1460});
        script.sent();
    }
    EXPECT_EQ(script.tcp.connections(), 16u);
    script.arrives(syn_with_options(1));
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .timestamps = wire::TcpTimestamps{2, 0}});
    EXPECT_NE(script.tcp.accept(listener), nullptr);
}

// ---- after TIME-WAIT

/// A connection that bob opened and alice, the server, closed first: she is in TIME-WAIT.
void reach_time_wait(Script& script, const Segment& syn) {
    Listener& listener = *script.tcp.listen(alice, 5).value();
    const auto stamp = [&](std::uint32_t later) {
        return syn.timestamps ? std::optional{wire::TcpTimestamps{syn.timestamps->value + later, 0}}
                              : std::nullopt;
    };
    script.arrives(syn);
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .timestamps = stamp(1)});
    Connection& connection = *script.tcp.accept(listener);
    script.tcp.release(connection, script.now);
    script.sent();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2, .timestamps = stamp(2)});
    EXPECT_EQ(script.sent(), "ACK 2 ack 2\n");
    EXPECT_EQ(connection.state(), State::time_wait);
}

TEST(TcpTimeWait, ASynBeyondTheLastNumberOpensAgain_Rfc9293_MAY_2) {
    Script script;
    reach_time_wait(script, {.flags = {.syn = true}});
    const Sequence before = script.own_iss;
    script.arrives({.flags = {.syn = true}, .seq = 3});
    EXPECT_EQ(script.sent(), "SYN ACK 0 ack 4\n");
    EXPECT_GT(script.own_iss, before + 1);  // beyond what its predecessor used (RFC 6191 §2)
    EXPECT_EQ(script.tcp.connections(), 1u);
}

TEST(TcpTimeWait, ASynThatIsNotBeyondItIsAnOldDuplicate_Rfc6191_2) {
    Script script;
    reach_time_wait(script, {.flags = {.syn = true}});
    script.arrives({.flags = {.syn = true}, .seq = 2});
    EXPECT_EQ(script.sent(), "ACK 2 ack 2\n");
    script.arrives({.flags = {.syn = true}, .seq = 0});
    EXPECT_EQ(script.sent(), "");  // challenged half a second ago already
    EXPECT_EQ(script.tcp.connections(), 1u);
}

TEST(TcpTimeWait, ANewerTimestampOpensWhateverTheNumber_Rfc6191_2) {
    Script script;
    reach_time_wait(script, syn_with_options(100));
    Segment again = syn_with_options(103);
    again.seq = 0;
    script.arrives(again);
    EXPECT_EQ(script.sent(), "SYN ACK 0 ack 1\n");
}

TEST(TcpTimeWait, AnOlderTimestampDoesNotOpenWhateverTheNumber_Rfc6191_2) {
    Script script;
    reach_time_wait(script, syn_with_options(100));
    Segment old = syn_with_options(101);
    old.seq = 5000;
    script.arrives(old);
    EXPECT_EQ(script.sent(), "ACK 2 ack 2\n");
}

TEST(TcpTimeWait, WithTheSameTimestampTheNumberDecides_Rfc6191_2) {
    for (const auto& [seq, opens] : {std::pair{3u, true}, std::pair{2u, false}}) {
        Script script;
        reach_time_wait(script, syn_with_options(100));
        Segment syn = syn_with_options(102);
        syn.seq = seq;
        script.arrives(syn);
        EXPECT_EQ(script.sent().starts_with("SYN ACK"), opens);
    }
}

TEST(TcpTimeWait, WhereNobodyListensASynDoesNotEndIt) {
    Script script;
    Connection& connection = script.establish();
    connection.shutdown_write().value();
    script.sent();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2});
    script.sent();
    script.arrives({.flags = {.syn = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "ACK 2 ack 2\n");
    EXPECT_EQ(connection.state(), State::time_wait);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
