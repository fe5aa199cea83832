// Two hosts' TCP on one impaired cable, each with a program that sends a stream and reads the other's.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.hpp"
#include "link/cable.hpp"
#include "transport/tcp/tcp.hpp"
#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::test {

/// What a run is made of, all of it.
struct Scenario {
    std::uint64_t seed = 1;
    link::Cable::Options cable{};
    std::array<Impairments, 2> impairments{};  ///< of what each end sends
    std::array<transport::tcp::Config, 2> tcp{};
    std::array<std::size_t, 2> sizes{};  ///< octets that each end sends
    std::size_t largest_call = 20'000;   ///< octets of one send or receive
};

/// `a` connects to `b`; each sends its octets, finishes, reads until the other has, and closes.
class ImpairedPair {
public:
    struct End {
        transport::tcp::Tcp tcp;
        Random chance;
        std::string to_send;
        std::string received{};
        transport::tcp::Connection* connection = nullptr;
        std::size_t sent = 0;
        bool is_finished = false;  ///< both directions, and the connection is released
        std::optional<Errc> error{};
        std::optional<Instant> got_all{};
    };

    explicit ImpairedPair(const Scenario& scenario)
        : scenario_{scenario},
          random_{scenario.seed},
          cable_{scenario.cable},
          a{make_end("a", 0)},
          b{make_end("b", 1)} {
        cable_.impair(link::End::a, scenario.impairments[0], random_.fork("from a"));
        cable_.impair(link::End::b, scenario.impairments[1], random_.fork("from b"));
        listener_ = b.tcp.listen(Address{"0.0.0.0", 80}, 5).value();
        a.connection = a.tcp.connect(Address{"10.0.0.1", 5000}, Address{"10.0.0.2", 80}, now, mtu).value();
    }

    /// Until nothing is left that could happen, or until the clock would pass `limit`.
    /// @returns whether nothing is left
    bool run(Instant limit) {
        for (;;) {
            act();
            flush();
            const Instant next = next_event();
            if (next == Instant::never()) return true;
            if (next > limit) return false;
            now = std::max(now, next);
            deliver_due();
        }
    }

private:
    static constexpr std::size_t mtu = 1500;
    struct Flying {
        std::uint64_t number;
        link::End from;
    };

    End make_end(std::string_view name, std::size_t index) {
        Random content = random_.fork(std::string{"content "} + std::string{name});
        std::string text(scenario_.sizes[index], '\0');
        for (char& c : text) c = static_cast<char>(content.next() >> 56);
        return {.tcp = transport::tcp::Tcp{scenario_.tcp[index], random_.fork(name)},
                .chance = random_.fork(std::string{"program "} + std::string{name}),
                .to_send = std::move(text)};
    }

    void act() {
        if (b.connection == nullptr && !b.is_finished) b.connection = b.tcp.accept(*listener_);
        if (b.connection != nullptr && listener_ != nullptr)
            b.tcp.release(*std::exchange(listener_, nullptr));
        for (End* end : {&a, &b}) {
            while (end->connection != nullptr && act(*end)) {
            }
            while (end->tcp.take_changed() != nullptr) {
            }
        }
    }

    std::size_t draw_call(End& end) { return 1 + end.chance.below(scenario_.largest_call); }

    /// One call of a program. @returns whether it did something
    bool act(End& end) {
        transport::tcp::Connection& connection = *end.connection;
        if (const auto error = connection.take_error()) end.error = error;
        if (connection.state() == transport::tcp::State::syn_sent) return false;
        bool did = false;
        if (end.sent < end.to_send.size() && connection.send_space() > 0) {
            const std::string_view rest =
                std::string_view{end.to_send}.substr(end.sent).substr(0, draw_call(end));
            const auto taken = connection.send(std::as_bytes(std::span{rest}));
            if (taken) end.sent += *taken;
            did = taken.has_value();
        }
        if (end.sent == end.to_send.size() && !connection.is_write_shut())
            did = connection.shutdown_write().has_value() || did;
        if (connection.readable() > 0) {
            std::string text(std::min(connection.readable(), draw_call(end)), '\0');
            connection.receive(std::as_writable_bytes(std::span{text}));
            end.received += text;
            did = true;
        }
        if (connection.is_eof() && (connection.is_write_shut() || end.error)) {
            end.got_all = now;
            end.tcp.release(*std::exchange(end.connection, nullptr), now);
            end.is_finished = true;
            return false;
        }
        return did;
    }

    void flush() {
        for (bool again = true; std::exchange(again, false);)
            for (const link::End from : {link::End::a, link::End::b})
                while (auto packet = end(from).tcp.poll(now)) {
                    launch(from, *std::move(packet));
                    again = true;
                }
    }

    void launch(link::End from, network::IpPacket packet) {
        Packet frame = std::move(packet.payload);
        wire::prepend_ipv4(frame, {.traffic_class = packet.header.traffic_class,
                                   .protocol = packet.header.protocol,
                                   .source = packet.header.source,
                                   .target = packet.header.target});
        wire::prepend_ethernet(frame, {.ethertype = wire::EtherType::ipv4});
        for (const link::Treatment& treatment : cable_.treat(frame, from, now)) {
            const std::uint64_t number = ++frames_;
            const link::Transit transit =
                cable_.offer({number, treated(frame, treatment)}, from, now, treatment);
            if (!is_lost(transit.fate)) flying_.emplace(transit.arrives, Flying{number, from});
        }
    }

    void deliver_due() {
        while (!flying_.empty() && flying_.begin()->first <= now) {
            const Flying flying = flying_.begin()->second;
            flying_.erase(flying_.begin());
            const Packet frame = cable_.arrive(flying.number, flying.from);
            const auto ethernet = wire::parse_ethernet(frame.bytes());
            const auto packet = wire::parse_ipv4(ethernet->payload);
            if (!packet) continue;
            const network::IpPacket received{.header = {.source = packet->header.source,
                                                        .target = packet->header.target,
                                                        .protocol = packet->header.protocol,
                                                        .traffic_class = packet->header.traffic_class},
                                             .payload = Packet{packet->payload}};
            transport::tcp::Tcp& tcp = end(opposite(flying.from)).tcp;
            if (!tcp.receive_expected(received, now)) tcp.receive(received, now, mtu);
        }
    }

    Instant next_event() const {
        const Instant arrival = flying_.empty() ? Instant::never() : flying_.begin()->first;
        return std::min({arrival, a.tcp.next_wakeup(), b.tcp.next_wakeup()});
    }

    End& end(link::End which) { return which == link::End::a ? a : b; }

    Scenario scenario_;
    Random random_;
    link::Cable cable_;
    std::multimap<Instant, Flying> flying_;
    std::uint64_t frames_ = 0;
    transport::tcp::Listener* listener_ = nullptr;

public:
    Instant now;
    End a;
    End b;
};

}  // namespace sockeye::test
