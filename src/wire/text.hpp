// What a frame is, for people: a summary that a ladder can draw from, and one line of text in tcpdump's
// manner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sockeye/address.hpp"
#include "wire/arp.hpp"
#include "wire/bpdu.hpp"
#include "wire/ethernet.hpp"
#include "wire/icmp.hpp"
#include "wire/icmpv6.hpp"
#include "wire/malformed.hpp"
#include "wire/tcp.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {

struct Summary {
    enum class Protocol : std::uint8_t {
        arp,
        bpdu,  ///< spanning tree
        tcp,
        udp,
        icmp,
        icmpv6,     ///< neighbour discovery too
        ip_other,   ///< IPv4 or IPv6 with another protocol, or a fragment
        other,      ///< another EtherType
        malformed,  ///< `malformed` says what and why
    };

    /// Which header was wrong, and how. The fields of the headers outside it are set.
    struct Fault {
        std::string_view header{};  ///< "Ethernet", "ARP", "IPv4", "UDP", "TCP", …
        Malformed why{};
    };

    Protocol protocol = Protocol::other;
    EthernetHeader ethernet{};
    std::optional<VlanTag> vlan{};   ///< the outermost; `ethernet.ethertype` is what stands behind all tags
    std::optional<Family> family{};  ///< set from IPv4 or IPv6 on
    Address source{};                ///< likewise; port 0 without TCP or UDP
    Address target{};                ///< likewise
    std::uint8_t ip_protocol = 0;    ///< behind any extension headers
    std::uint8_t hop_limit = 0;      ///< IPv4's TTL
    bool is_fragment = false;
    std::uint16_t fragment_offset = 0;     ///< octets
    std::size_t payload_octets = 0;        ///< behind the innermost header that was read, without padding
    std::span<const std::byte> payload{};  ///< these octets; views the frame, which to_line() reads once more
    std::optional<TcpHeader> tcp{};
    std::optional<IcmpHeader> icmp{};
    std::optional<Icmpv6Header> icmpv6{};
    std::optional<ArpMessage> arp{};
    std::optional<Bpdu> bpdu{};
    std::optional<Fault> malformed{};
};

/// Reads an Ethernet frame and verifies every checksum in it. Never fails: what cannot be read
/// is Protocol::malformed. Fragments, and tags behind the second, are not looked into.
Summary summarise(std::span<const std::byte> frame);

/// What people say of it, as tcpdump does. The frame that was summarised must still be there.
/// "10.0.0.2.49152 > 10.0.0.1.9001: SYN seq 1234 win 65535 mss 1460",
/// "ARP who has 10.0.0.1? tell 10.0.0.2", "malformed TCP 10.0.0.2 > 10.0.0.1: bad checksum".
std::string to_line(const Summary& summary);
std::string to_line(std::span<const std::byte> frame);

}  // namespace sockeye::wire
