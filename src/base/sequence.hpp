// Sequence numbers modulo 2^32 (RFC 9293 §3.4): they have differences, and an order only within a window.
#pragma once

#include <cstdint>

namespace sockeye {

class Sequence {
public:
    constexpr Sequence() = default;
    constexpr explicit Sequence(std::uint32_t raw) : raw_{raw} {}

    constexpr std::uint32_t raw() const { return raw_; }

    friend constexpr Sequence operator+(Sequence a, std::uint32_t n) { return Sequence{a.raw_ + n}; }
    friend constexpr Sequence operator-(Sequence a, std::uint32_t n) { return Sequence{a.raw_ - n}; }
    constexpr Sequence& operator+=(std::uint32_t n) {
        raw_ += n;
        return *this;
    }

    /// How far `a` is ahead of `b`, from -2^31 to 2^31 - 1.
    friend constexpr std::int32_t operator-(Sequence a, Sequence b) {
        return static_cast<std::int32_t>(a.raw_ - b.raw_);
    }

    friend constexpr bool operator==(Sequence, Sequence) = default;
    friend constexpr bool operator<(Sequence a, Sequence b) { return a - b < 0; }
    friend constexpr bool operator<=(Sequence a, Sequence b) { return a - b <= 0; }
    friend constexpr bool operator>(Sequence a, Sequence b) { return a - b > 0; }
    friend constexpr bool operator>=(Sequence a, Sequence b) { return a - b >= 0; }

    /// first <= *this < first + length, modulo 2^32.
    constexpr bool within(Sequence first, std::uint32_t length) const { return raw_ - first.raw_ < length; }

private:
    std::uint32_t raw_ = 0;
};

}  // namespace sockeye
