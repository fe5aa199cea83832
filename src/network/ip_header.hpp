// The IP header in front of a packet: the one place above wire/ where its two forms are told apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "network/packet.hpp"
#include "wire/ethernet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::network {

/// Where a payload belongs in the whole. Offsets count octets.
struct Fragment {
    std::uint32_t identification = 0;
    std::size_t offset = 0;
    bool more = false;
};

/// What an ICMP error says. `value` is the MTU of too_big, and of parameter_problem, or of
/// protocol_unreachable in IPv6, the octet of the packet that is wrong.
struct IcmpError {
    IcmpNotice::Kind kind{};
    std::uint32_t value = 0;
    std::uint8_t code = 0;  ///< of ICMPv6's parameter_problem
};

/// A packet as it crosses a link, of which only the fixed header has been read.
struct Arrival {
    IpHeader header;  ///< in IPv6 `protocol` may be an extension header's
    Packet whole;     ///< from the IP header on, without padding behind it
    std::size_t payload_at = 0;
    bool may_fragment = false;         ///< by routers: IPv4 without DF
    std::uint32_t identification = 0;  ///< IPv4's
    std::optional<Fragment> fragment;  ///< IPv4's; IPv6's stands in the payload
};

/// @returns Malformed::bad_version of what is neither version of IP
std::expected<Arrival, wire::Malformed> read_ip(Packet packet);

/// What its target finds in an arrival.
struct Opened {
    IpPacket packet;
    std::optional<Fragment> fragment;  ///< set: the payload is a part only
    std::optional<IcmpError> problem;  ///< what its sender is to be told
    bool drop = false;                 ///< it goes no further, told or not
};
Opened open_ip(Arrival arrival);

/// The start of a packet, as an ICMP error quotes it. nullopt: unreadable, or a later fragment.
std::optional<IpPacket> read_quoted_ip(std::span<const std::byte> bytes);

/// How long the packet was whose start is quoted, by its own length field; 0: unreadable.
std::size_t total_length(std::span<const std::byte> quoted);

/// May routers on the way fragment the packet?
enum class Fragmenting : std::uint8_t { refused, allowed };

/// Writes the header in front of the payload. In IPv6 nobody on the way fragments in any case.
void write_ip(Packet& packet, const IpHeader& header, Fragmenting fragmenting = Fragmenting::refused);
/// Likewise of a fragment. @pre offsets are multiples of 8
void write_ip_fragment(Packet& packet, const IpHeader& header, const Fragment& fragment);

/// Octets of the header that write_ip() and write_ip_fragment() make.
std::size_t header_size(Family family);
std::size_t fragment_header_size(Family family);
/// Octets that every link must take (RFC 791, RFC 8200 §5), beneath which no path MTU is believed.
std::size_t minimum_mtu(Family family);

/// One hop less, in place. @pre hop limit > 0
void decrement_hop_limit(Packet& whole);
/// Whether `later` is what a router has made of `earlier`: all that it changes is the hop limit, and IPv4's
/// checksum with it.
bool is_passed_on(std::span<const std::byte> earlier, std::span<const std::byte> later);

wire::EtherType ethertype_of(Family family);

}  // namespace sockeye::network
