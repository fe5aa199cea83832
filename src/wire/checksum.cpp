#include "wire/checksum.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include "base/network_order.hpp"

namespace sockeye::wire {
namespace {

/// Words that a processor adds at once: of 16 octets each of its kind, of 32 one with AVX2. One's complement
/// sums do not mind how wide words are (RFC 1071 §2(C)): the sum of 32-bit words, which 64 bits hold without
/// a carry, folds down to that of their 16-bit parts. Nor do they mind the octets' order, which comes right
/// at the end (§2(B)). So both widths give the same sum.
template <std::size_t octets>
struct Vector {
    using Words [[gnu::vector_size(octets)]] = std::uint64_t;
};

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
    void next(Word& word, std::size_t octets = sizeof(Word)) {
        std::memcpy(&word, at, octets);
        at += octets;
    }
};

/// And copies them on the way.
struct Copying {
    Reading from;
    std::byte* to;

    template <class Word>
    void next(Word& word, std::size_t octets = sizeof(Word)) {
        from.next(word, octets);
        std::memcpy(to, &word, octets);
        to += octets;
    }
};

/// Sums of whole words, of which carries get lost, and of their upper halves: what the lower halves are
/// follows from both.
template <class Words>
struct Sums {
    Words whole{};
    Words upper{};

    template <class Source>
    void add_next_of(Source& source) {
        Words words;
        source.next(words);
        whole += words;
        upper += words >> 32;
    }
    std::uint64_t halves() const {
        const Words both = whole - (upper << 32) + upper;
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < sizeof(Words) / sizeof(std::uint64_t); ++i) sum += fold_once(both[i]);
        return sum;
    }
};

/// Two at once, since each add waits for the one before it. Works on a copy of `from`, which no octet that is
/// written can be a part of.
template <class Words, class Source>
std::uint64_t sum_words(Source& from, std::size_t octets) {
    Source source = from;
    Sums<Words> even;
    Sums<Words> odd;
    for (; octets >= 4 * sizeof(Words); octets -= 4 * sizeof(Words)) {
        even.add_next_of(source);
        odd.add_next_of(source);
        even.add_next_of(source);
        odd.add_next_of(source);
    }
    for (; octets >= sizeof(Words); octets -= sizeof(Words)) even.add_next_of(source);
    from = source;
    return even.halves() + odd.halves();
}

template <class Source>
std::uint64_t sum_usual_words(Source& source, std::size_t octets) {
    return sum_words<Vector<16>::Words>(source, octets);
}

#if defined(__x86_64__)
const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;

template <class Source>
[[gnu::target("avx2"), gnu::flatten]] std::uint64_t sum_wide_words(Source& source, std::size_t octets) {
    return sum_words<Vector<32>::Words>(source, octets);
}
#else
constexpr bool has_avx2 = false;

template <class Source>
std::uint64_t sum_wide_words(Source& source, std::size_t octets) {
    return sum_usual_words(source, octets);
}
#endif

/// A last odd octet counts as the half of a word that stands first on the wire. A header's few words are
/// not worth setting out for.
template <class Source>
std::uint64_t sum_of(Source source, std::size_t octets) {
    constexpr std::size_t block = 64;
    std::uint64_t sum = 0;
    if (octets >= block) {
        const std::size_t whole = octets - octets % 32;
        sum = has_avx2 ? sum_wide_words(source, whole) : sum_usual_words(source, whole);
        octets -= whole;
    }
    std::uint32_t word = 0;
    for (; octets >= sizeof word; octets -= sizeof word) {
        source.next(word);
        sum += word;
    }
    if (octets == 0) return sum;
    word = 0;
    source.next(word, octets);
    return sum + word;
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
