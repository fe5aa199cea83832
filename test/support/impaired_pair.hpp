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
#include "network/ip_header.hpp"
#include "transport/tcp/tcp.hpp"
#include "wire/ethernet.hpp"
#include "wire/protocol.hpp"

namespace sockeye::test {

/// How a program ends its connection.
enum class Ending : std::uint8_t {
    orderly,  ///< sends all, finishes, reads until the other has finished, and closes
    answers,  ///< the same, but sends nothing before the other has finished
    leaves,   ///< closes amid it all, unread octets or not
    aborts,   ///< likewise, with a RST
};

constexpr bool is_orderly(Ending ending) {
    return ending == Ending::orderly || ending == Ending::answers;
}

/// What a run is made of, all of it.
struct Scenario {
    std::uint64_t seed = 1;
    Family family = Family::inet;
    link::Cable::Options cable{};
    std::array<Impairments, 2> impairments{};  ///< of what each end sends
    std::array<transport::tcp::Config, 2> tcp{};
    std::array<std::size_t, 2> sizes{};   ///< octets that each end sends
    std::size_t largest_call = 20'000;    ///< octets of one send or receive
    std::array<Ending, 2> endings{};      ///< of `a` and of `b`; not both may answer
    std::array<std::size_t, 2> quotas{};  ///< octets sent and received, after which an end leaves or aborts

    bool is_orderly() const { return std::ranges::all_of(endings, &sockeye::test::is_orderly); }
};

/// `a` connects to `b`; each sends its octets, finishes, reads until the other has, and closes.
class ImpairedPair {
public:
    struct End {
        transport::tcp::Tcp tcp;
        Random chance;
        Ending ending;
        std::size_t quota;
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
        const bool v6 = scenario.family == Family::inet6;
        const Address here{v6 ? "2001:db8::1" : "10.0.0.1", 5000};
        const Address there{v6 ? "2001:db8::2" : "10.0.0.2", 80};
        listener_ = b.tcp.listen(Address{IpAddress::any(scenario.family), 80}, 5).value();
        a.connection = a.tcp.connect(here, there, now, mtu).value();
        look_after(*a.connection);
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
                .ending = scenario_.endings[index],
                .quota = scenario_.quotas[index],
                .to_send = std::move(text)};
    }

    /// Who may be left by a RST that gets lost has to find out.
    void look_after(transport::tcp::Connection& connection) {
        if (scenario_.is_orderly()) return;
        connection.apply({.keepalive = transport::tcp::Keepalive{.idle = 60s, .interval = 10s, .count = 20}},
                         now);
    }

    void act() {
        if (b.connection == nullptr && listener_ != nullptr) {
            b.connection = b.tcp.accept(*listener_);
            if (b.connection != nullptr) {
                look_after(*b.connection);
                b.tcp.release(*std::exchange(listener_, nullptr));
            }
        }
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
        if (!is_orderly(end.ending) && end.sent + end.received.size() >= end.quota) return leave(end);
        bool did = false;
        const bool may_send = end.ending != Ending::answers || connection.is_eof();
        if (may_send && end.sent < end.to_send.size() && connection.send_space() > 0) {
            const std::string_view rest =
                std::string_view{end.to_send}.substr(end.sent).substr(0, draw_call(end));
            const auto taken = connection.send(std::as_bytes(std::span{rest}));
            if (taken) end.sent += *taken;
            did = taken.has_value();
        }
        if (may_send && end.sent == end.to_send.size() && !connection.is_write_shut())
            did = connection.shutdown_write().has_value() || did;
        if (connection.readable() > 0) {
            std::string text(std::min(connection.readable(), draw_call(end)), '\0');
            connection.receive(std::as_writable_bytes(std::span{text}));
            end.received += text;
            did = true;
        }
        if (connection.is_eof() && (connection.is_write_shut() || end.error)) {
            end.got_all = now;
            end.is_finished = true;
            return leave(end);
        }
        return did;
    }

    /// @returns false: there is nothing more that the program could do
    bool leave(End& end) {
        transport::tcp::Connection& connection = *std::exchange(end.connection, nullptr);
        if (end.ending == Ending::aborts)
            end.tcp.abort(connection);
        else
            end.tcp.release(connection, now);
        return false;
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
        network::write_ip(frame, packet.header);
        wire::prepend_ethernet(frame, {.ethertype = network::ethertype_of(packet.header.target.family())});
        for (const link::Treatment& treatment : cable_.treat(frame, from, now)) {
            const std::uint64_t number = ++frames_;
            const link::Transit transit =
                cable_.offer({number, treated(frame, treatment)}, from, now, treatment);
            ++fates[transit.fate];
            if (!is_lost(transit.fate)) flying_.emplace(transit.arrives, Flying{number, from});
        }
    }

    void deliver_due() {
        while (!flying_.empty() && flying_.begin()->first <= now) {
            const Flying flying = flying_.begin()->second;
            flying_.erase(flying_.begin());
            const Packet frame = cable_.arrive(flying.number, flying.from).packet;
            const auto ethernet = wire::parse_ethernet(frame.bytes());
            if (!ethernet) continue;
            auto packet = network::read_ip(Packet{ethernet->payload});
            if (!packet) continue;
            const network::Opened opened = network::open_ip(*std::move(packet));
            const bool is_whole = !opened.drop && !opened.fragment;
            if (!is_whole || opened.packet.header.protocol != wire::protocol::tcp) continue;
            transport::tcp::Tcp& tcp = end(opposite(flying.from)).tcp;
            if (!tcp.receive_expected(opened.packet, now)) tcp.receive(opened.packet, now, mtu);
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
    std::map<link::Fate, std::size_t> fates;  ///< how many frames had each
    End a;
    End b;
};

}  // namespace sockeye::test
