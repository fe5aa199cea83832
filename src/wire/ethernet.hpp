// The Ethernet frame (IEEE 802.3, RFC 894), as a device hands it over: without preamble and frame check
// sequence.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/packet.hpp"
#include "sockeye/error.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// A 48-bit MAC address (IEEE 802), in the order it is sent.
class MacAddress {
public:
    /// 00:00:00:00:00:00
    constexpr MacAddress() = default;
    constexpr explicit MacAddress(std::array<std::uint8_t, 6> octets) : octets_{octets} {}

    /// "02:00:00:00:00:65", "02-00-00-00-00-65" or "0200.0000.0065".
    /// @returns Errc::invalid_argument with a detail that shows the three forms.
    static Result<MacAddress> parse(std::string_view text);
    static constexpr MacAddress broadcast() { return MacAddress{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }

    constexpr const std::array<std::uint8_t, 6>& octets() const { return octets_; }

    constexpr bool is_broadcast() const { return *this == broadcast(); }
    /// The group bit, which the broadcast address has too.
    constexpr bool is_multicast() const { return (octets_[0] & 0x01) != 0; }
    /// Chosen by whoever set up the network, not by the card's maker.
    constexpr bool is_locally_administered() const { return (octets_[0] & 0x02) != 0; }

    /// Lower case with colons: "02:00:00:00:00:65".
    std::string to_string() const;

    friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;

private:
    std::array<std::uint8_t, 6> octets_{};
};

/// What a frame carries (IEEE 802 numbers); any other number is possible. Below 0x600 it is an
/// IEEE 802.3 length, which nothing here reads.
enum class EtherType : std::uint16_t {
    ipv4 = 0x0800,
    arp = 0x0806,
    vlan = 0x8100,
    ipv6 = 0x86dd,
};

struct EthernetHeader {
    static constexpr std::size_t size = 14;  // octets

    MacAddress target{};
    MacAddress source{};
    EtherType ethertype{};

    friend bool operator==(const EthernetHeader&, const EthernetHeader&) = default;
};

struct EthernetFrame {
    EthernetHeader header{};
    std::span<const std::byte> payload{};  ///< views the input, with any padding (RFC 894)
};

std::expected<EthernetFrame, Malformed> parse_ethernet(std::span<const std::byte> bytes);

/// Writes the header in front of `packet`. Short frames are not padded: a device that needs
/// 60 octets on its medium pads them itself.
void prepend_ethernet(Packet& packet, const EthernetHeader& header);

}  // namespace sockeye::wire
