// IPv6's extension headers (RFC 8200 §4): hop-by-hop options, routing, fragment, destination options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct Ipv6Fragment {
    static constexpr std::size_t size = 8;  // octets

    std::uint8_t next_header = 0;
    std::uint16_t offset = 0;  ///< octets, a multiple of 8, at most 65528
    bool more_fragments = false;
    std::uint32_t identification = 0;

    /// Not so in an "atomic" fragment, which is handled as a packet of its own (RFC 6946 §4).
    bool is_fragment() const { return more_fragments || offset != 0; }

    friend bool operator==(const Ipv6Fragment&, const Ipv6Fragment&) = default;
};

struct Ipv6Routing {
    std::uint8_t type = 0;           ///< none is known here (type 0 is deprecated by RFC 5095)
    std::uint8_t segments_left = 0;  ///< if not 0, a node that does not know the type sends an error (§4.4)

    friend bool operator==(const Ipv6Routing&, const Ipv6Routing&) = default;
};

/// What to do with an option that is not known: the two highest bits of its type (RFC 8200 §4.2).
enum class Ipv6OptionAction : std::uint8_t {
    skip = 0,
    discard = 1,
    discard_and_report = 2,          ///< with an ICMPv6 Parameter Problem, whatever the target address
    discard_and_report_unicast = 3,  ///< likewise, unless the target was a multicast address
};

/// An option that is not known and must not be skipped.
struct Ipv6UnknownOption {
    Ipv6OptionAction action{};
    std::size_t offset = 0;  ///< octets from the start of the chain; 40 more from the start of the packet

    friend bool operator==(const Ipv6UnknownOption&, const Ipv6UnknownOption&) = default;
};

/// All extension headers of a packet, up to what they carry. Offsets are octets from the start of the chain.
struct Ipv6Chain {
    static constexpr std::size_t maximum_headers = 8;  // the RFC's own order has six

    std::uint8_t protocol = 0;                 ///< what the payload is; no extension header that is known
    std::span<const std::byte> payload{};      ///< views the input
    std::optional<std::size_t> protocol_at{};  ///< where `protocol` stands; not set: in the fixed header
    std::optional<Ipv6Routing> routing{};      ///< the last one there was
    std::size_t routing_at = 0;
    std::optional<Ipv6Fragment> fragment{};
    std::optional<Ipv6UnknownOption> unknown_option{};  ///< the first one
};

/// Reads header after header. Behind a fragment header nothing is read (but for an atomic one):
/// the payload is what the reassembly takes. A hop-by-hop header that is not the first is no
/// extension header, so that `protocol` is 0 there (RFC 8200 §4, §4.1).
/// @param first  the fixed header's next_header
/// @returns truncated, bad_option (an option runs past its header) or too_many
std::expected<Ipv6Chain, Malformed> parse_ipv6_chain(std::uint8_t first, std::span<const std::byte> bytes);

/// Each writes its header in front of `packet`, which begins with what `next_header` says.
void prepend_ipv6_fragment(Packet& packet, const Ipv6Fragment& header);

/// A hop-by-hop or destination options header, padded with Pad1 or PadN (RFC 8200 §4.2).
/// @param options  type, length, value each; at most 2046 octets
void prepend_ipv6_options(Packet& packet, std::uint8_t next_header, std::span<const std::byte> options);

/// A routing header whose data is four zeros.
void prepend_ipv6_routing(Packet& packet, std::uint8_t next_header, const Ipv6Routing& routing);

}  // namespace sockeye::wire
