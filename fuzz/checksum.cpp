#include "wire/checksum.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

/// RFC 1071 §4.1, word by word as it is defined.
static std::uint16_t plain_checksum(std::span<const std::byte> bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += std::to_integer<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

/// The fast one agrees, over the whole and over two pieces.
FUZZ_TARGET(bytes) {
    const std::size_t cut = bytes.empty() ? 0 : std::to_integer<std::size_t>(bytes[0]) % bytes.size();
    wire::Checksum pieces;
    pieces.add(bytes.first(cut));
    pieces.add(bytes.subspan(cut));
    fuzz::require(wire::checksum(bytes) == plain_checksum(bytes));
    fuzz::require(pieces.value() == plain_checksum(bytes));
}
