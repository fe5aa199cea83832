#include "wire/checksum.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

namespace sockeye::wire {
namespace {

/// One's complement sums do not mind how wide the words are (RFC 1071 §2(C)): a sum of 64-bit
/// words folds down to that of their 16-bit parts.
constexpr std::uint16_t fold(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

constexpr std::uint16_t swap_octets(std::uint16_t value) {
    return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

/// Eight octets at a time in the machine's own order, which comes right at the end by swapping
/// the result (RFC 1071 §2(B)). A last odd octet counts as the high half of a word.
std::uint16_t big_endian_sum(std::span<const std::byte> bytes) {
    std::uint64_t sum = 0;
    const auto add = [&sum](std::uint64_t word) {
        sum += word;
        sum += sum < word ? 1 : 0;  // the carry comes in again at the other end
    };
    for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t))) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data(), sizeof word);
        add(word);
    }
    if (!bytes.empty()) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), bytes.size());
        add(word);
    }
    const std::uint16_t folded = fold(sum);
    return std::endian::native == std::endian::little ? swap_octets(folded) : folded;
}

}  // namespace

void Checksum::add(std::span<const std::byte> bytes) {
    const std::uint16_t sum = big_endian_sum(bytes);
    sum_ += odd_ ? swap_octets(sum) : sum;  // behind an odd octet each octet is in the other half
    odd_ ^= bytes.size() % 2 != 0;
}

void Checksum::add_u16(std::uint16_t value) {
    sum_ += odd_ ? swap_octets(value) : value;
}

void Checksum::add_u32(std::uint32_t value) {
    add_u16(static_cast<std::uint16_t>(value >> 16));
    add_u16(static_cast<std::uint16_t>(value));
}

std::uint16_t Checksum::value() const {
    return static_cast<std::uint16_t>(~fold(sum_));
}

std::uint16_t checksum(std::span<const std::byte> bytes) {
    Checksum sum;
    sum.add(bytes);
    return sum.value();
}

Checksum pseudo_header(const IpAddress& source, const IpAddress& target, std::uint8_t protocol,
                       std::size_t length) {
    assert(source.family() == target.family());
    Checksum sum;
    sum.add(source.octets());
    sum.add(target.octets());
    sum.add_u32(static_cast<std::uint32_t>(length));  // IPv4's field has 16 bits: the same sum
    sum.add_u16(protocol);
    return sum;
}

}  // namespace sockeye::wire
