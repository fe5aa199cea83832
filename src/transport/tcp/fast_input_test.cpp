// The short ways in and out change nothing but what a segment costs: with them and without, the same octets
// come, and the same segments leave at the same time.
#include "transport/tcp/fast_input.hpp"

#include "base/random.hpp"
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

/// What happens to a conversation, and what becomes of it.
struct Weather {
    std::uint64_t seed = 0;
    std::uint64_t loss = 0;  ///< of 100 segments
    Duration jitter{};
    Config config{};
};

struct Story {
    std::string segments{};  ///< a line each, with all that stands in its header
    std::string heard{};
    int expected = 0;
};

/// Two programs that say much, or little, or nothing for a while; one may read slowly, so that windows close.
class Conversation {
public:
    Conversation(const Weather& weather, ShortWays short_ways)
        : weather_{weather}, random_{weather.seed}, pair_{with(weather.config, short_ways), weather.seed} {
        pair_.fate = [this](const Pair::Passing& passing) { return pass(passing); };
        pair_.delay = [this](const Pair::Passing&) {
            return Duration{10ms} +
                   Duration{random_.below(static_cast<std::uint64_t>(weather_.jitter.count()) + 1)};
        };
        greed_ = 1 + random_.below(20'000);
    }

    Story tell() {
        pair_.connect();
        pair_.run_for(60s, [this] {
            for (Connection* connection : {pair_.client, pair_.server})
                if (connection != nullptr) act(*connection);
        });
        story_.expected = pair_.expected;
        return std::move(story_);
    }

private:
    static Config with(Config config, ShortWays short_ways) {
        config.short_ways = short_ways;
        return config;
    }

    Pair::Fate pass(const Pair::Passing& passing) {
        const wire::TcpHeader& header = passing.segment.header;
        story_.segments += to_string(passing.at, 9) + ' ' + passing.from + ' ' +
                           describe(passing.segment, Origins{}, Show::options) + '\n';
        const bool lost = !header.flags.syn && random_.below(100) < weather_.loss;
        return lost ? Pair::Fate::dropped : Pair::Fate::delivered;
    }

    void act(Connection& connection) {
        if (said_ < 400'000 && random_.below(3) > 0) {
            const std::string text(1 + random_.below(8'000), static_cast<char>('a' + random_.below(26)));
            if (const auto taken = connection.send(bytes(text))) said_ += *taken;
        }
        if (said_ >= 400'000 && random_.below(50) == 0) static_cast<void>(connection.shutdown_write());
        if (random_.below(4) == 0) return;
        std::string piece(greed_, '\0');
        piece.resize(connection.receive(std::as_writable_bytes(std::span{piece})));
        story_.heard += piece;
    }

    Weather weather_;
    Random random_;
    Pair pair_;
    std::size_t greed_ = 0;
    std::size_t said_ = 0;
    Story story_;
};

Weather draw(std::uint64_t seed) {
    Random random{seed};
    Weather weather{.seed = seed};
    weather.loss = random.below(2) * random.below(8);
    weather.jitter = Duration{1ms} * (random.below(2) * random.below(30));
    Config& config = weather.config;
    config.options.timestamps = random.below(3) > 0;
    config.options.sack = random.below(3) > 0;
    config.options.window_scaling = random.below(3) > 0;
    config.receive_buffer = 3'000 + random.below(100'000);
    if (random.below(4) == 0) config.checksums = Checksums::left_out;
    if (random.below(4) == 0) config.ack_pace = AckPace::beyond_one_segment;
    return weather;
}

TEST(HeaderPrediction, ChangesNothingButWhatASegmentCosts) {
    int expected = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Weather weather = draw(seed);
        const Story with = Conversation{weather, ShortWays::taken}.tell();
        const Story without = Conversation{weather, ShortWays::left_out}.tell();
        ASSERT_TRUE(with.segments == without.segments);
        ASSERT_TRUE(with.heard == without.heard);
        ASSERT_EQ(without.expected, 0);
        expected += with.expected;
    }
    EXPECT_GT(expected, 1000);  // it was put to the test
}

TEST(HeaderPrediction, LeavesASegmentAloneThatSaysAnythingElse) {
    Script script;
    Connection& connection = script.establish();
    const Segment usual{.flags = {.psh = true, .ack = true}, .seq = 1, .ack = 1, .text = "four"};
    const auto is_taken = [&](const Segment& segment, const Address& peer = bob) {
        return script.tcp.receive_expected(script.packet_of(peer, segment), script.now);
    };
    const auto changed = [&](auto change) {
        Segment segment = usual;
        change(segment);
        return segment;
    };
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.flags.fin = true; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.flags.rst = true; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.flags.urg = true; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.flags.ece = true; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.flags.ack = false; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.seq = 2; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.ack = 0; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.window = 500; })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.text.clear(); })));
    EXPECT_FALSE(is_taken(changed([](Segment& s) { s.timestamps = wire::TcpTimestamps{1, 1}; })));
    EXPECT_FALSE(is_taken(usual, Address{"10.0.0.3", 80}));
    EXPECT_EQ(connection.readable(), 0u);
    EXPECT_TRUE(is_taken(usual));
    EXPECT_EQ(read_all(connection), "four");
}

TEST(HeaderPrediction, DropsWhatIsDamaged) {
    Script script;
    Connection& connection = script.establish();
    const Segment segment{.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "four"};
    network::IpPacket packet = script.packet_of(bob, segment);
    packet.payload.writable().back() ^= std::byte{1};
    EXPECT_TRUE(script.tcp.receive_expected(packet, script.now));
    EXPECT_EQ(connection.readable(), 0u);
    EXPECT_EQ(script.sent(), "");
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
