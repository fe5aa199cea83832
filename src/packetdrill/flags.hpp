// What the stack behind the door is told by "--so_flags": "mtu=1280,sack=off".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "socket/stack/stack_network.hpp"
#include "sockeye/address.hpp"

namespace sockeye::packetdrill {

/// In which order a SYN has its options.
enum class OptionLayout : std::uint8_t {
    linux_,    ///< mss, sackOK, TS, nop, wscale
    textbook,  ///< by their kinds' numbers: mss, nop, wscale, sackOK, TS
};

/// What may leave as one packet that a card would cut into segments (generic segmentation offload).
enum class Offload : std::uint8_t { off, on };

/// One family's addresses.
struct Place {
    IpAddress local;
    std::optional<IpAddress> gateway;  ///< nullopt, or `local`: the link's other end is everybody
    std::optional<IpAddress> remote;   ///< not this host
};

/// The textbook's stack where nothing is said: RFC 9293 with delayed ACKs from the first segment on and
/// a window of 65,535 octets.
struct Flags {
    std::array<Place, 2> places = usual_places();  ///< IPv4, IPv6
    std::size_t mtu = 1500;
    Offload offload = Offload::off;
    OptionLayout layout = OptionLayout::linux_;
    transport::tcp::Config tcp = textbook();

    static std::array<Place, 2> usual_places();
    static transport::tcp::Config textbook();
};

/// @returns a sentence for a person: what is wrong, and what to write instead
std::expected<Flags, std::string> parse_flags(std::string_view text);

}  // namespace sockeye::packetdrill
