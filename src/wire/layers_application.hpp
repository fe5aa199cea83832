// What stands behind the transport header: DNS and DHCP field by field, anything printable as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/layers.hpp"

namespace sockeye::wire {

enum class Carrier : std::uint8_t { stream, datagrams };

/// @param payload  not empty
/// @param port     the lower of the two, which tells the protocol
/// @returns a layer without offset and octets
Layer application_layer(std::span<const std::byte> payload, std::uint16_t port, Carrier carrier);

}  // namespace sockeye::wire
