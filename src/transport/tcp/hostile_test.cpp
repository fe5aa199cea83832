// A peer that sends what it likes: nothing breaks, nothing grows, and every connection can still be ended.
#include "base/random.hpp"
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

/// Numbers mostly near those that matter, sometimes anywhere.
std::uint32_t near(Random& random, std::uint32_t number) {
    switch (random.below(8)) {
        case 0: return static_cast<std::uint32_t>(random.next());
        case 1: return number;
        case 2: return number + 65535 - static_cast<std::uint32_t>(random.below(3));
        default: return number - 4 + static_cast<std::uint32_t>(random.below(9));
    }
}

Segment random_segment(Random& random, const Script& script, const Connection* connection) {
    std::uint32_t expected = 1;
    std::uint32_t next = 1;
    if (connection != nullptr) {
        expected = connection->status().rcv_nxt().raw() - script.peer_iss.raw();
        next = connection->status().snd_nxt.raw() - script.own_iss.raw();
    }
    Segment segment;
    segment.flags.syn = random.below(12) == 0;
    segment.flags.fin = random.below(12) == 0;
    segment.flags.rst = random.below(40) == 0;
    segment.flags.ack = random.below(8) != 0;
    segment.flags.urg = random.below(20) == 0;
    segment.seq = near(random, expected);
    segment.ack = near(random, next);
    segment.window = static_cast<std::uint16_t>(random.below(4) == 0 ? random.below(3) : random.next());
    segment.text = std::string(random.below(3) == 0 ? random.below(2000) : random.below(5), 'x');
    if (random.below(4) == 0) segment.mss = static_cast<std::uint16_t>(random.next());
    if (random.below(2) == 0) segment.window_scale = static_cast<std::uint8_t>(random.below(20));
    segment.sack_permitted = random.below(2) == 0;
    if (random.below(8) != 0) segment.timestamps = {near(random, 1000), near(random, 0)};
    if (random.below(4) == 0)
        segment.sack.push_back({Sequence{near(random, 1)}, Sequence{near(random, next)}});
    return segment;
}

/// What a program could do at any time.
void act(Random& random, Connection& connection, Instant now) {
    std::string buffer(100, 'y');
    switch (random.below(7)) {
        case 0: static_cast<void>(connection.send(bytes(buffer))); break;
        case 1: connection.receive(std::as_writable_bytes(std::span{buffer})); break;
        case 2:
            if (random.below(20) == 0) static_cast<void>(connection.shutdown_write());
            break;
        case 3:
            connection.apply({.nagle = random.below(2) == 0 ? Nagle::on : Nagle::off,
                              .cork = random.below(4) == 0 ? Cork::in : Cork::out,
                              .keepalive = Keepalive{.idle = 1s, .interval = 1s},
                              .receive_buffer = std::size_t{100} + random.below(100'000)},
                             now);
            break;
        default: break;
    }
}

void torment(std::uint64_t seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random{seed};
    Script script;
    Listener* listener = nullptr;
    Connection* connection = nullptr;
    if (random.below(2) == 0) {
        listener = script.tcp.listen(alice, 1).value();
    } else {
        connection = script.tcp.connect(alice, bob, script.now, mtu).value();
    }
    for (int step = 0; step < 400; ++step) {
        if (listener != nullptr && connection == nullptr) connection = script.tcp.accept(*listener);
        script.arrives(random_segment(random, script, connection));
        if (connection != nullptr) act(random, *connection, script.now);
        if (random.below(3) == 0) {
            script.pass(Duration{random.below(3'000'000'000)});
        } else {
            script.sent();
        }
        EXPECT_LE(script.tcp.connections(), 2u);
        if (connection == nullptr) continue;
        EXPECT_LE(connection->readable(), Config{}.receive_buffer.maximum);
        EXPECT_LE(connection->unacknowledged(), Config{}.send_buffer.maximum);
    }
    if (connection != nullptr) script.tcp.release(*connection, script.now);
    if (listener != nullptr) script.tcp.release(*listener);
    script.pass(24h);
    EXPECT_EQ(script.tcp.connections(), 0u);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpHostile, ADamagedSegmentLeavesNoTrace_RFC9293_MUST3) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "ab"});
    script.arrives_damaged({.flags = {.ack = true}, .seq = 3, .ack = 1, .text = "xyz"});
    EXPECT_EQ(connection.readable(), 2u);
    script.arrives({.flags = {.ack = true}, .seq = 3, .ack = 1, .text = "cd"});
    EXPECT_EQ(read_all(connection), "abcd");
}

TEST(TcpHostile, WithoutChecksumsEachEndTakesWhatTheOtherSends) {
    Pair pair{{.checksums = Checksums::left_out}};
    pair.connect();
    pair.run_for(1s);
    ASSERT_EQ(pair.client->send(bytes("text")).value(), 4u);
    pair.run_for(1s);
    EXPECT_EQ(read_all(*pair.server), "text");
}

TEST(TcpHostile, RandomSegmentsBreakNothingAndLeaveNothingBehind) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) torment(seed);
}

TEST(TcpHostile, RandomOctetsAreNoSegments) {
    Random random{1};
    Script script;
    Connection& connection = script.establish();
    for (int i = 0; i < 2000; ++i) {
        std::vector<std::byte> octets(random.below(80));
        for (std::byte& octet : octets) octet = static_cast<std::byte>(random.below(256));
        script.tcp.receive(
            {.header = {.source = bob.ip(), .target = alice.ip(), .protocol = 6}, .payload = Packet{octets}},
            script.now, mtu);
    }
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(connection.state(), State::established);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
