// What the tests of TCP share: segments as text, a peer that a test plays, and two hosts on a pipe.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transport/tcp/tcp.hpp"
#include "wire/protocol.hpp"

namespace sockeye::transport::tcp::test {

inline const Address alice{"10.0.0.1", 5000};
inline const Address bob{"10.0.0.2", 80};
inline constexpr std::size_t mtu = 1500;

inline Instant at(Duration since_start) {
    return Instant{since_start};
}

inline std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

/// Everything that can be read now.
inline std::string read_all(Connection& connection) {
    std::string text(connection.readable(), '\0');
    connection.receive(std::as_writable_bytes(std::span{text}));
    return text;
}

/// As a host does it: what was expected takes a shorter way. @returns whether it did
inline bool receive(Tcp& tcp, const network::IpPacket& packet, Instant now) {
    if (tcp.receive_expected(packet, now)) return true;
    tcp.receive(packet, now, mtu);
    return false;
}

/// A segment with the sequence numbers as a test writes them: the SYN has number 0, and so has the
/// host's timestamp of its first SYN.
struct Segment {
    wire::TcpFlags flags{};
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint16_t window = 65535;
    std::optional<std::uint16_t> mss = std::nullopt;
    std::string text{};
    std::optional<std::uint8_t> window_scale = std::nullopt;
    bool sack_permitted = false;
    std::optional<wire::TcpTimestamps> timestamps = std::nullopt;
    wire::SackBlocks sack{};
    std::uint16_t urgent_pointer = 0;
    std::uint8_t traffic_class = 0;  ///< of its packet
    std::optional<std::uint32_t> user_timeout = std::nullopt;
};

enum class Show : std::uint8_t { no_window, window, options };

/// Where the numbers of both ends start.
struct Origins {
    Sequence own;
    Sequence other;
    std::uint32_t clock = 0;
};

/// " mss 1460 sackOK TS val 0 ecr 700 wscale 7 sack {3:5}", in the words of the one-line text.
inline std::string describe_options(const wire::TcpHeader& header, const Origins& origins) {
    std::string line;
    if (header.mss) line += " mss " + std::to_string(*header.mss);
    if (header.sack_permitted) line += " sackOK";
    if (header.timestamps)
        line += " TS val " + std::to_string(header.timestamps->value - origins.clock) + " ecr " +
                std::to_string(header.timestamps->echo);
    if (header.window_scale) line += " wscale " + std::to_string(*header.window_scale);
    if (!header.sack.empty()) line += " sack ";
    for (const wire::SackBlock& block : header.sack)
        line += "{" + std::to_string(block.left - origins.other) + ":" +
                std::to_string(block.right - origins.other) + "}";
    return line;
}

/// "SYN 0", "SYN ACK 0 ack 1", "ACK 1:11 ack 1 win 500"; both ends' numbers count from their ISN.
inline std::string describe(const wire::TcpSegment& segment, const Origins& origins, Show show) {
    const auto& header = segment.header;
    const std::int32_t first = header.seq - origins.own;
    std::string line = wire::to_string(header.flags) + " " + std::to_string(first);
    if (!segment.payload.empty())
        line += ":" + std::to_string(first + static_cast<std::int32_t>(segment.payload.size()));
    if (header.flags.ack) line += " ack " + std::to_string(header.ack - origins.other);
    if (show != Show::no_window) line += " win " + std::to_string(header.window);
    if (show == Show::options) line += describe_options(header, origins);
    return line;
}

/// One host's TCP; the test is the network and the peer at the other end. The host is alice, the peer bob,
/// unless a test says otherwise.
class Script {
public:
    explicit Script(const Config& config = {}) : tcp{config, Random{7}} {}

    /// How a script usually starts: alice has connected to bob.
    Connection& establish(std::uint16_t window = 65535, std::uint16_t mss = 1460) {
        Connection& connection = *tcp.connect(alice, bob, now, mtu).value();
        sent();
        arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .window = window, .mss = mss});
        EXPECT_EQ(sent(), "ACK 1 ack 1\n");
        return connection;
    }

    /// How it starts where alice is the server. @returns the accepted connection
    Connection& accept_one() {
        Listener& listener = *tcp.listen(alice, 5).value();
        arrives({.flags = {.syn = true}, .mss = 1460});
        EXPECT_EQ(sent(), "SYN ACK 0 ack 1\n");
        arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
        return *tcp.accept(listener);
    }

    void arrives(const Segment& segment) { arrives_from(there, segment); }
    void arrives_from(const Address& peer, const Segment& segment) {
        receive(tcp, packet_of(peer, segment), now);
    }
    /// An octet of its text has another bit than when it was sent.
    void arrives_damaged(const Segment& segment) {
        network::IpPacket packet = packet_of(there, segment);
        packet.payload.writable().back() ^= std::byte{1};
        receive(tcp, packet, now);
    }
    network::IpPacket packet_of(const Address& peer, const Segment& segment) const {
        wire::TcpHeader header{.source_port = peer.port(),
                               .target_port = here.port(),
                               .seq = peer_iss + segment.seq,
                               .ack = segment.flags.ack ? own_iss + segment.ack : Sequence{},
                               .flags = segment.flags,
                               .window = segment.window,
                               .urgent_pointer = segment.urgent_pointer,
                               .mss = segment.mss,
                               .window_scale = segment.window_scale,
                               .sack_permitted = segment.sack_permitted,
                               .timestamps = segment.timestamps,
                               .user_timeout = segment.user_timeout};
        if (header.timestamps) header.timestamps->echo += own_clock;
        for (const wire::SackBlock& block : segment.sack)
            header.sack.push_back({own_iss + block.left.raw(), own_iss + block.right.raw()});
        network::IpPacket packet{.header = {.source = peer.ip(),
                                            .target = here.ip(),
                                            .protocol = wire::protocol::tcp,
                                            .traffic_class = segment.traffic_class},
                                 .payload = Packet{bytes(segment.text)}};
        wire::prepend_tcp(packet.payload, header, peer.ip(), here.ip());
        return packet;
    }

    /// What leaves at this moment, a line a segment.
    std::string sent(Show show = Show::no_window) {
        std::string lines;
        while (auto packet = tcp.poll(now)) lines += line(*packet, show) + "\n";
        return lines;
    }

    /// Lets time pass. @returns what left meanwhile, each line with its time in seconds
    std::string pass(Duration duration, Show show = Show::no_window) {
        const Instant end = now + duration;
        std::string lines;
        for (;;) {
            while (auto packet = tcp.poll(now)) lines += to_string(now, 3) + " " + line(*packet, show) + "\n";
            if (tcp.next_wakeup() > end) break;
            now = tcp.next_wakeup();
        }
        now = end;
        return lines;
    }

    /// Numbers count from the SYN that this host sent last.
    void note_syn(const wire::TcpHeader& header) {
        if (!header.flags.syn) return;
        own_iss = header.seq;
        if (header.timestamps) own_clock = header.timestamps->value;
    }
    Origins origins() const { return {own_iss, peer_iss, own_clock}; }

    Tcp tcp;
    Instant now;
    Address here = alice;
    Address there = bob;
    Sequence peer_iss{0xffff'fff0};  // so that most scripts cross 2^32
    Sequence own_iss;
    std::uint32_t own_clock = 0;  ///< TSval of the last SYN that this host sent

private:
    std::string line(const network::IpPacket& packet, Show show) {
        EXPECT_TRUE(
            wire::verify_tcp_checksum(packet.payload.bytes(), packet.header.source, packet.header.target));
        const auto segment = wire::parse_tcp(packet.payload.bytes()).value();
        note_syn(segment.header);
        return describe(segment, origins(), show);
    }
};

/// Two hosts and a pipe with a delay; a test decides what of it gets lost.
class Pair {
public:
    enum class Fate : std::uint8_t { delivered, dropped };
    struct Passing {
        char from;  ///< 'a' or 'b'
        Instant at;
        const wire::TcpSegment& segment;
        int count;  ///< segments before it, both directions
    };

    explicit Pair(const Config& config = {}, std::uint64_t seed = 1)
        : a{config, Random{seed}.fork("a")}, b{config, Random{seed}.fork("b")} {}

    /// alice connects to bob, who listens.
    void connect() {
        if (listener == nullptr) listener = b.listen(Address{"0.0.0.0", bob.port()}, 5).value();
        client = a.connect(alice, bob, now, mtu).value();
    }

    /// Runs both hosts until `end`; between events `step` may act as their programs.
    void run_until(Instant end, const std::function<void()>& step = [] {}) {
        for (;;) {
            step();
            flush();
            if (server == nullptr && listener != nullptr) {
                server = b.accept(*listener);
                if (server != nullptr) continue;
            }
            const Instant next = next_event();
            if (next > end) break;
            now = std::max(now, next);
            deliver_due();
        }
        now = end;
    }
    void run_for(Duration duration, const std::function<void()>& step = [] {}) {
        run_until(now + duration, step);
    }

    /// A line a segment: when it was sent, by whom, what, and whether it was lost.
    std::string trace;
    std::function<Fate(const Passing&)> fate = [](const Passing&) { return Fate::delivered; };
    std::function<Duration(const Passing&)> delay = [](const Passing&) { return Duration{10ms}; };
    Tcp a;
    Tcp b;
    Instant now;
    int expected = 0;  ///< segments that took the short way in
    Listener* listener = nullptr;
    Connection* client = nullptr;
    Connection* server = nullptr;

private:
    struct Flying {
        char to;
        network::IpPacket packet;
    };

    void flush() {
        for (;;) {
            if (auto packet = a.poll(now)) {
                launch('a', *std::move(packet));
            } else if (packet = b.poll(now); packet) {
                launch('b', *std::move(packet));
            } else {
                return;
            }
        }
    }

    void launch(char from, network::IpPacket packet) {
        const auto segment = wire::parse_tcp(packet.payload.bytes()).value();
        Sequence& own = from == 'a' ? iss_a_ : iss_b_;
        const Sequence other = from == 'a' ? iss_b_ : iss_a_;
        if (segment.header.flags.syn) own = segment.header.seq;
        const char to = from == 'a' ? 'b' : 'a';
        const Passing passing{.from = from, .at = now, .segment = segment, .count = count_++};
        const bool lost = fate(passing) == Fate::dropped;
        trace += to_string(now, 3) + " " + from + " > " + to + " " +
                 describe(segment, {own, other}, Show::no_window) + (lost ? " lost" : "") + "\n";
        if (!lost) pipe_.emplace(now + delay(passing), Flying{.to = to, .packet = std::move(packet)});
    }

    Instant next_event() const {
        const Instant arrival = pipe_.empty() ? Instant::never() : pipe_.begin()->first;
        return std::min({arrival, a.next_wakeup(), b.next_wakeup()});
    }

    void deliver_due() {
        while (!pipe_.empty() && pipe_.begin()->first <= now) {
            const Flying flying = std::move(pipe_.begin()->second);
            pipe_.erase(pipe_.begin());
            Tcp& to = flying.to == 'a' ? a : b;
            if (receive(to, flying.packet, now)) ++expected;
        }
    }

    std::multimap<Instant, Flying> pipe_;
    Sequence iss_a_;
    Sequence iss_b_;
    int count_ = 0;
};

}  // namespace sockeye::transport::tcp::test
