#include "wire/checksum.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include "base/network_order.hpp"

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

/// Sums of whole words, of which carries get lost, and of their upper halves: what the lower halves are
/// follows from both.
struct Sums {
    Words whole{};
    Words upper{};

    void add(Words words) {
        whole += words;
        upper += words >> 32;
    }
    std::uint64_t halves() const {
        const Words both = whole - (upper << 32) + upper;
        return fold_once(both[0]) + fold_once(both[1]);
    }
};

/// Two at once, since each add waits for the one before it.
template <class Source>
std::uint64_t sum_words(Source& source, std::size_t octets) {
    Sums even;
    Sums odd;
    for (; octets >= block; octets -= block) {
        even.add(source.template next<Words>());
        odd.add(source.template next<Words>());
        even.add(source.template next<Words>());
        odd.add(source.template next<Words>());
    }
    for (; octets >= sizeof(Words); octets -= sizeof(Words)) even.add(source.template next<Words>());
    return even.halves() + odd.halves();
}

/// A last odd octet counts as the half of a word that stands first on the wire.
template <class Source>
std::uint64_t sum_of(Source source, std::size_t octets) {
    std::uint64_t sum = octets >= sizeof(Words) ? sum_words(source, octets) : 0;
    for (octets %= sizeof(Words); octets >= sizeof(std::uint32_t); octets -= sizeof(std::uint32_t))
        sum += source.template next<std::uint32_t>();
    return octets == 0 ? sum : sum + source.template next<std::uint32_t>(octets);
}

void add_address(Checksum& sum, const IpAddress& address) {
    const std::span<const std::byte> octets = std::as_bytes(address.octets());
    for (std::size_t i = 0; i < octets.size(); i += 4) sum.add_u32(load_network<std::uint32_t>(&octets[i]));
}

}  // namespace

/// Behind an odd octet each octet is in the other half.
void Checksum::add_sum(std::uint64_t sum, std::size_t octets) {
    sum_ += odd_ ? std::byteswap(fold(sum)) : fold_once(sum);
    odd_ ^= octets % 2 != 0;
}

void Checksum::add(std::span<const std::byte> bytes) {
    add_sum(sum_of(Reading{bytes.data()}, bytes.size()), bytes.size());
}

void Checksum::add_copying(std::span<const std::byte> bytes, std::byte* to) {
    add_sum(sum_of(Copying{{bytes.data()}, to}, bytes.size()), bytes.size());
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
    add_address(sum, source);
    add_address(sum, target);
    sum.add_u32(static_cast<std::uint32_t>(length));  // IPv4's field has 16 bits: the same sum
    sum.add_u16(protocol);
    return sum;
}

}  // namespace sockeye::wire
