// Why bytes are not what they claim to be. Every parser of this floor returns it.
#pragma once

#include <cstdint>
#include <string_view>

namespace sockeye::wire {

enum class Malformed : std::uint8_t {
    truncated,     ///< fewer octets than the header, or than its length field, asks for
    bad_length,    ///< a length field that cannot be
    bad_version,   ///< not the protocol version this parser reads
    bad_checksum,  ///< the one's complement sum is not right
    bad_option,    ///< an option's length runs past its room, or is not that of its kind
    bad_value,     ///< a field that must be something else
    too_many,      ///< more headers, names or pointers in a row than this floor follows
};

std::string_view to_string(Malformed why);

}  // namespace sockeye::wire
