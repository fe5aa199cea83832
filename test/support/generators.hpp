// RapidCheck generators for the values that many tests need.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sequence.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/tcp.hpp"

namespace sockeye::test {

using Octets = std::vector<std::byte>;

inline rc::Gen<Octets> any_octets() {
    return rc::gen::map(rc::gen::arbitrary<std::vector<std::uint8_t>>(), [](const auto& values) {
        Octets octets;
        for (std::uint8_t value : values) octets.push_back(std::byte{value});
        return octets;
    });
}

inline rc::Gen<IpAddress> any_v4() {
    return rc::gen::map(rc::gen::arbitrary<std::array<std::uint8_t, 4>>(),
                        [](const auto& octets) { return IpAddress{octets}; });
}

/// With many zero groups, because "::" is where mistakes live.
inline rc::Gen<IpAddress> any_v6() {
    const auto group = rc::gen::weightedOneOf<std::uint16_t>(
        {{2, rc::gen::just(std::uint16_t{0})}, {1, rc::gen::arbitrary<std::uint16_t>()}});
    return rc::gen::map(rc::gen::container<std::array<std::uint16_t, 8>>(group), [](const auto& groups) {
        std::array<std::uint8_t, 16> octets{};
        for (std::size_t i = 0; i < groups.size(); ++i) {
            octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
            octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
        }
        return IpAddress{octets};
    });
}

inline rc::Gen<IpAddress> any_ip() {
    return rc::gen::oneOf(any_v4(), any_v6());
}

inline rc::Gen<wire::MacAddress> any_mac() {
    return rc::gen::map(rc::gen::arbitrary<std::array<std::uint8_t, 6>>(),
                        [](const auto& octets) { return wire::MacAddress{octets}; });
}

inline rc::Gen<wire::TcpFlags> any_tcp_flags() {
    return rc::gen::map(rc::gen::arbitrary<std::uint8_t>(), [](std::uint8_t bits) {
        return wire::TcpFlags{.fin = (bits & 1) != 0,
                              .syn = (bits & 2) != 0,
                              .rst = (bits & 4) != 0,
                              .psh = (bits & 8) != 0,
                              .ack = (bits & 16) != 0,
                              .urg = (bits & 32) != 0,
                              .ece = (bits & 64) != 0,
                              .cwr = (bits & 128) != 0};
    });
}

inline rc::Gen<wire::TcpHeader> any_tcp_header() {
    return rc::gen::exec([] {
        wire::TcpHeader header;
        header.source_port = *rc::gen::arbitrary<std::uint16_t>();
        header.target_port = *rc::gen::arbitrary<std::uint16_t>();
        header.seq = Sequence{*rc::gen::arbitrary<std::uint32_t>()};
        header.ack = Sequence{*rc::gen::arbitrary<std::uint32_t>()};
        header.flags = *any_tcp_flags();
        header.window = *rc::gen::arbitrary<std::uint16_t>();
        header.urgent_pointer = *rc::gen::arbitrary<std::uint16_t>();
        if (*rc::gen::arbitrary<bool>()) header.mss = *rc::gen::arbitrary<std::uint16_t>();
        return header;
    });
}

}  // namespace sockeye::test

// How a failing property shows them.
namespace sockeye {
inline void showValue(const IpAddress& address, std::ostream& out) {
    out << address.to_string();
}
}  // namespace sockeye
