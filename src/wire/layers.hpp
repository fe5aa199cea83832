// A frame taken apart, layer by layer and field by field, under the names of both models: OSI (ISO/IEC
// 7498-1) and TCP/IP (RFC 1122 §1.1.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/fields.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// OSI's numbers. Nothing on a wire is a header of layer 5 or 6: sessions and presentation are the
/// application's own business in TCP/IP, which is why its model has no such layers.
enum class OsiLayer : std::uint8_t {
    physical = 1,
    data_link,
    network,
    transport,
    session,
    presentation,
    application
};

/// "data link".
std::string_view to_string(OsiLayer layer);
/// RFC 1122's name for where that belongs: "link", "internet", "transport", "application".
std::string_view tcp_ip_name(OsiLayer layer);

struct Layer {
    OsiLayer number{};
    std::string_view protocol{};    ///< "Ethernet II", "IPv4", "DNS"
    std::string_view defined_in{};  ///< "RFC 791"
    std::size_t offset = 0;         ///< octets from the start of the frame
    std::size_t octets = 0;         ///< of the header alone; of an application, of all there is
    std::vector<Field> fields{};
    std::optional<Malformed> malformed{};  ///< why nothing behind it is looked into
};

/// From the outermost header inwards. Never fails: what cannot be read ends the list, and says why.
/// Checksums are verified where the whole packet is there. What a fragment carries is not looked into.
std::vector<Layer> layers_of(std::span<const std::byte> frame);

}  // namespace sockeye::wire
