// What a program's message says, for a line of a ladder: DHCP and DNS in their own words, other text quoted.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "wire/text.hpp"

namespace sockeye::view {

struct Message {
    std::string on_the_wire;  ///< "DHCP OFFER 192.168.1.101", "DNS A? web.example"
    std::string tells;        ///< "/24, lease 3600 s"
};

/// @pre summary is of UDP
/// @returns nothing where its ports or its octets are of no protocol that is known here
std::optional<Message> read_message(const wire::Summary& summary);

/// Of HTTP the first line, else what is printable in quotes; empty where the octets are no text.
std::string in_words(std::span<const std::byte> payload);

}  // namespace sockeye::view
