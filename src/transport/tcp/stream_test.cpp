// The property that TCP exists for: over a bad network both streams arrive whole, and nothing is left behind.
#include <algorithm>

#include "base/random.hpp"
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

std::string random_text(Random& random, std::size_t size) {
    std::string text(size, '\0');
    for (char& letter : text) letter = static_cast<char>(random.below(256));
    return text;
}

/// One end of a conversation: writes its text in pieces, closes, reads slowly.
struct Talker {
    std::string text;
    std::string heard = "";
    std::size_t said = 0;
    bool closed = false;

    void step(Connection* connection, Random& random) {
        if (connection == nullptr || connection->state() == State::syn_sent) return;
        if (said < text.size()) {
            const std::size_t size = std::min<std::size_t>(text.size() - said, 1 + random.below(5000));
            const auto taken = connection->send(bytes(text).subspan(said, size));
            said += taken.value_or(0);
        } else if (!closed && connection->state() != State::closed) {
            closed = connection->shutdown_write().has_value();
        }
        std::string piece(1 + random.below(8000), '\0');
        piece.resize(connection->receive(std::as_writable_bytes(std::span{piece})));
        heard += piece;
    }
};

struct Weather {
    std::uint64_t seed = 0;
    std::uint64_t loss = 0;  ///< of 100 segments
    Duration jitter = 0ms;
    Config config{};
};

void converse(const Weather& weather) {
    SCOPED_TRACE("seed " + std::to_string(weather.seed));
    Random random{weather.seed};
    Config config = weather.config;
    config.time_wait = 240s;  // RFC 9293's, so that no last ACK is lost too often for it
    Pair pair{config, weather.seed};
    pair.fate = [&](const Pair::Passing&) {
        return random.below(100) < weather.loss ? Pair::Fate::dropped : Pair::Fate::delivered;
    };
    pair.delay = [&](const Pair::Passing&) {
        const auto jitter = static_cast<std::uint64_t>(weather.jitter.count()) + 1;
        return Duration{10ms} + Duration{random.below(jitter)};
    };
    const std::size_t client_size = random.below(60'000);
    const std::size_t server_size = random.below(60'000);
    Talker client{.text = random_text(random, client_size)};
    Talker server{.text = random_text(random, server_size)};

    pair.connect();
    pair.run_until(at(24h), [&] {
        client.step(pair.client, random);
        server.step(pair.server, random);
    });

    ASSERT_NE(pair.server, nullptr);
    client.heard += read_all(*pair.client);  // what was left when nothing happened any more
    server.heard += read_all(*pair.server);
    EXPECT_TRUE(client.heard == server.text);
    EXPECT_TRUE(server.heard == client.text);
    for (const Connection* connection : {pair.client, pair.server}) {
        EXPECT_EQ(connection->state(), State::closed);
        EXPECT_FALSE(connection->has_error());
        EXPECT_EQ(connection->unacknowledged(), 0u);
    }
    EXPECT_EQ(pair.a.next_wakeup(), Instant::never());
    EXPECT_EQ(pair.b.next_wakeup(), Instant::never());
}

TEST(TcpStream, ProgramsMayWriteAndReadInPlace) {
    Pair pair;
    pair.connect();
    pair.run_for(1s);
    const std::span<std::byte> room = pair.client->prepare(4);
    ASSERT_EQ(room.size(), 4u);
    std::ranges::copy(bytes("text"), room.begin());
    pair.client->commit(4);
    pair.run_for(1s);
    EXPECT_TRUE(std::ranges::equal(pair.server->front(), bytes("text")));
    pair.server->consume(3);
    EXPECT_EQ(read_all(*pair.server), "t");
}

TEST(TcpStream, NothingCanBeWrittenInPlaceBehindAFin) {
    Pair pair;
    pair.connect();
    pair.run_for(1s);
    ASSERT_TRUE(pair.client->shutdown_write());
    EXPECT_TRUE(pair.client->prepare(4).empty());
}

TEST(TcpStream, ArrivesWholeOverAGoodNetwork) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) converse({.seed = seed});
}

TEST(TcpStream, ArrivesWholeWhereAFifthIsLost) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) converse({.seed = seed, .loss = 20});
}

TEST(TcpStream, ArrivesWholeWhereSegmentsOvertakeEachOther) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) converse({.seed = seed, .loss = 3, .jitter = 300ms});
}

TEST(TcpStream, ArrivesWholeThroughSmallBuffers) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Config small{.send_buffer = 700, .receive_buffer = 900};
        converse({.seed = seed, .loss = 5, .jitter = 20ms, .config = small});
    }
}

TEST(TcpStream, TheSameSeedGivesTheSameSegmentsAtTheSameTime) {
    const auto run = [] {
        Random random{3};
        Pair pair{{}, 3};
        pair.fate = [&](const Pair::Passing&) {
            return random.below(10) == 0 ? Pair::Fate::dropped : Pair::Fate::delivered;
        };
        pair.connect();
        Talker client{.text = random_text(random, 30'000)};
        pair.run_until(at(1h), [&] { client.step(pair.client, random); });
        return pair.trace;
    };
    const std::string trace = run();
    EXPECT_THAT(trace, testing::HasSubstr(" lost\n"));
    EXPECT_EQ(run(), trace);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
