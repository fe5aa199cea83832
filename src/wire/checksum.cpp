#include "wire/checksum.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

namespace sockeye::wire {
namespace {

/// Words of 16 octets, which a processor adds at once. One's complement sums do not mind how wide words
/// are (RFC 1071 §2(C)): the sum of 32-bit words, which 64 bits hold without a carry, folds down to that of
/// their 16-bit parts. Nor do they mind the octets' order, which comes right at the end (§2(B)).
using Words [[gnu::vector_size(16)]] = std::uint64_t;
constexpr std::size_t block = 4 * sizeof(Words);

/// Of a sum of 32-bit words: one of 16 bits and a few.
constexpr std::uint64_t fold_once(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    return (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
}

constexpr std::uint16_t fold(std::uint64_t sum) {
    sum = fold_once(sum);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

constexpr std::uint16_t swap_octets(std::uint16_t value) {
    return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

/// The machine's order and the network's, either way.
constexpr std::uint16_t network_order(std::uint16_t value) {
    return std::endian::native == std::endian::little ? swap_octets(value) : value;
}

/// Gives octets out as words, one behind the other.
struct Reading {
    const std::byte* at;

    template <class Word>
    Word next(std::size_t octets = sizeof(Word)) {
        Word word{};
        std::memcpy(&word, at, octets);
        at += octets;
        return word;
    }
};

/// And copies them on the way.
struct Copying {
    Reading from;
    std::byte* to;

    template <class Word>
    Word next(std::size_t octets = sizeof(Word)) {
        const Word word = from.next<Word>(octets);
        std::memcpy(to, &word, octets);
        to += octets;
        return word;
    }
};

/// Four sums at once, since each add waits for the one before it.
template <class Source>
std::uint64_t sum_blocks(Source& source, std::size_t blocks) {
    Words low{};
    Words high{};
    Words more_low{};
    Words more_high{};
    for (; blocks > 0; --blocks) {
        const auto a = source.template next<Words>();
        const auto b = source.template next<Words>();
        const auto c = source.template next<Words>();
        const auto d = source.template next<Words>();
        low += a & 0xffffffff;
        high += a >> 32;
        more_low += b & 0xffffffff;
        more_high += b >> 32;
        low += c & 0xffffffff;
        high += c >> 32;
        more_low += d & 0xffffffff;
        more_high += d >> 32;
    }
    low += high + more_low + more_high;
    return fold_once(low[0]) + fold_once(low[1]);
}

/// A last odd octet counts as the half of a word that stands first on the wire.
template <class Source>
std::uint64_t sum_of(Source source, std::size_t octets) {
    std::uint64_t sum = octets >= block ? sum_blocks(source, octets / block) : 0;
    for (octets %= block; octets >= sizeof(std::uint32_t); octets -= sizeof(std::uint32_t))
        sum += source.template next<std::uint32_t>();
    return octets == 0 ? sum : sum + source.template next<std::uint32_t>(octets);
}

}  // namespace

/// Behind an odd octet each octet is in the other half.
void Checksum::add_sum(std::uint64_t sum, std::size_t octets) {
    sum_ += odd_ ? swap_octets(fold(sum)) : fold_once(sum);
    odd_ ^= octets % 2 != 0;
}

void Checksum::add(std::span<const std::byte> bytes) {
    add_sum(sum_of(Reading{bytes.data()}, bytes.size()), bytes.size());
}

void Checksum::add_copying(std::span<const std::byte> bytes, std::byte* to) {
    add_sum(sum_of(Copying{{bytes.data()}, to}, bytes.size()), bytes.size());
}

void Checksum::add_u16(std::uint16_t value) {
    add_sum(network_order(value), sizeof value);
}

void Checksum::add_u32(std::uint32_t value) {
    add_u16(static_cast<std::uint16_t>(value >> 16));
    add_u16(static_cast<std::uint16_t>(value));
}

void Checksum::add(const Checksum& piece) {
    add_sum(piece.sum_, piece.odd_ ? 1 : 0);
}

std::uint16_t Checksum::value() const {
    return static_cast<std::uint16_t>(~network_order(fold(sum_)));
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
