// What the tests of the network floor share: hosts and routers on cables that a test holds in its hands.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "network/ip.hpp"
#include "wire/ethernet.hpp"
#include "wire/protocol.hpp"
#include "wire/text.hpp"
#include "wire/udp.hpp"

namespace sockeye::network::test {

inline IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}
inline Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}
inline Instant at(Duration since_start) {
    return Instant{since_start};
}
/// 02:00:00:00:00:NN.
inline wire::MacAddress mac(std::uint8_t number) {
    return wire::MacAddress{{2, 0, 0, 0, 0, number}};
}

/// A UDP datagram of so many octets of payload.
inline IpPacket udp(std::string_view source, std::string_view target, std::size_t octets = 4,
                    std::uint8_t hop_limit = 64) {
    IpPacket packet{.header = {.source = ip(source),
                               .target = ip(target),
                               .protocol = wire::protocol::udp,
                               .hop_limit = hop_limit},
                    .payload = Packet{std::vector<std::byte>(octets, std::byte{'x'})}};
    wire::prepend_udp(packet.payload, {.source_port = 1000, .target_port = 2000}, packet.header.source,
                      packet.header.target);
    return packet;
}

/// A host or a router.
struct Box {
    explicit Box(const Ip::Config& config = {}, std::uint64_t seed = 1) : stack{config, Random{seed}} {}

    Interface& plug(std::uint8_t number, std::initializer_list<std::string_view> addresses,
                    std::size_t mtu = 1500) {
        std::vector<Prefix> own;
        for (const std::string_view address : addresses) own.push_back(prefix(address));
        link::Device& device = devices.emplace_back("eth" + std::to_string(devices.size()), mac(number), mtu);
        return stack.add_interface(device, own);
    }
    /// The frames that left by the first card, a line each.
    std::string sent() {
        std::string lines;
        while (auto frame = devices.front().take()) lines += wire::to_line(frame->bytes()) + "\n";
        return lines;
    }
    /// What a frame that came in by the first card gives to the transport floor.
    std::optional<IpPacket> hear(Packet frame, Instant now) {
        return stack.receive(devices.front(), std::move(frame), now);
    }

    std::deque<link::Device> devices;
    Ip stack;
    std::vector<IpPacket> received;
};

/// Cables without delay between boxes. What crosses them is written down.
class Net {
public:
    void connect(Box& a, std::size_t card_of_a, Box& b, std::size_t card_of_b) {
        cables_.push_back({&a, &a.devices[card_of_a], &b, &b.devices[card_of_b]});
    }

    /// Until nothing moves any more. @returns the frames, a line each
    std::string run(Instant now) {
        std::string lines;
        bool again = true;
        while (std::exchange(again, false)) {
            for (const Cable& cable : cables_) {
                again |= carry(*cable.from, *cable.near, *cable.to, *cable.far, now, lines);
                again |= carry(*cable.to, *cable.far, *cable.from, *cable.near, now, lines);
            }
        }
        return lines;
    }

private:
    struct Cable {
        Box* from;
        link::Device* near;
        Box* to;
        link::Device* far;
    };

    static bool carry(Box& from, link::Device& near, Box& to, link::Device& far, Instant now,
                      std::string& lines) {
        while (auto looped = from.stack.poll(now)) from.received.push_back(*std::move(looped));
        bool moved = false;
        while (auto frame = near.take()) {
            moved = true;
            lines += wire::to_line(frame->bytes()) + "\n";
            if (auto packet = to.stack.receive(far, *std::move(frame), now))
                to.received.push_back(*std::move(packet));
        }
        return moved;
    }

    std::vector<Cable> cables_;
};

}  // namespace sockeye::network::test
