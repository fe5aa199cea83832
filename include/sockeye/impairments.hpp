// What a lab's cable does to frames besides carrying them: loss, copies, flipped bits, disorder, jitter.
// The words and their meaning are those of Linux's netem (tc-netem(8)), in one direction.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>

#include "sockeye/time.hpp"

namespace sockeye {

/// How likely something is: 2_percent, 0.05_percent. Exact in decimals, down to 0.0000001 %.
struct Probability {
    std::uint32_t parts_per_billion = 0;

    friend constexpr bool operator==(Probability, Probability) = default;
    static constexpr Probability always() { return {1'000'000'000}; }
};

/// Read digit by digit: no floating point, so the same in every compiler.
consteval Probability operator""_percent(const char* digits) {
    std::uint64_t parts = 0;
    std::uint64_t unit = 10'000'000;  // of one percent
    bool is_fraction = false;
    for (; *digits != '\0'; ++digits) {
        if (*digits == '.') {
            is_fraction = true;
            continue;
        }
        if (*digits < '0' || *digits > '9')
            throw std::invalid_argument{"write it as 2_percent or 0.5_percent"};
        if (is_fraction && unit < 10) throw std::invalid_argument{"at most seven digits after the point"};
        const auto digit = static_cast<std::uint64_t>(*digits - '0');
        if (is_fraction) unit /= 10;
        parts = is_fraction ? parts + digit * unit : parts * 10 + digit * unit;
        if (parts > 1'000'000'000) throw std::invalid_argument{"more than 100 percent"};
    }
    return {static_cast<std::uint32_t>(parts)};
}

/// Something that happens to a frame with a probability. Correlation is netem's: each draw is
/// that much the one before, which also makes the event rarer than its probability says; to lose
/// frames in bursts, GilbertElliott is the better choice.
struct Chance {
    constexpr Chance() = default;
    constexpr Chance(Probability how_likely, Probability as_before = {})
        : probability{how_likely}, correlation{as_before} {}

    Probability probability{};
    Probability correlation{};

    friend constexpr bool operator==(const Chance&, const Chance&) = default;
};

/// Loss in bursts: a good and a bad state, which may change before each frame; whether the frame
/// is lost is drawn by the state before the change (netem's "gemodel").
struct GilbertElliott {
    Probability to_bad{};                               ///< p
    Probability to_good{};                              ///< r
    Probability lost_when_bad = Probability::always();  ///< 1-h
    Probability lost_when_good = {};                    ///< 1-k

    friend constexpr bool operator==(const GilbertElliott&, const GilbertElliott&) = default;
};

/// `.loss = 2_percent`, `.loss = Chance{2_percent, 25_percent}`, `.loss = GilbertElliott{…}`.
struct Loss {
    constexpr Loss() = default;
    constexpr Loss(Probability probability) : model{Chance{probability}} {}
    constexpr Loss(Chance chance) : model{chance} {}
    constexpr Loss(GilbertElliott bursts) : model{bursts} {}

    std::variant<Chance, GilbertElliott> model;

    friend constexpr bool operator==(const Loss&, const Loss&) = default;
};

/// What a loss does to a frame whose sender understands marks (RFC 3168: ECT); others are lost.
enum class OnLoss : std::uint8_t { drop, mark };

/// How jitter is spread: "uniform" over delay ± jitter; in the others jitter is one standard
/// deviation, by netem's tables.
enum class Distribution : std::uint8_t { uniform, normal, pareto, paretonormal };

/// Whether a frame with less delay may overtake one with more, as in netem.
enum class Order : std::uint8_t { by_arrival, kept };

/// Frames that skip `delay` and so arrive before those sent earlier.
struct Reorder {
    constexpr Reorder() = default;
    constexpr Reorder(Chance how_likely, std::uint32_t every = 1) : chance{how_likely}, gap{every} {}
    constexpr Reorder(Probability probability, std::uint32_t every = 1) : chance{probability}, gap{every} {}

    Chance chance{};
    std::uint32_t gap = 1;  ///< the first gap - 1 frames after one that skipped never skip

    friend constexpr bool operator==(const Reorder&, const Reorder&) = default;
};

/// Of one direction of a cable. In this order a frame is copied, lost, corrupted, and delayed
/// or not; the copy may be lost, corrupted and delayed on its own account.
struct Impairments {
    Loss loss{};
    OnLoss on_loss = OnLoss::drop;
    Chance duplicate{};
    Chance corrupt{};   ///< one random bit of the frame is flipped
    Reorder reorder{};  ///< needs a delay
    Duration delay{};   ///< added to the cable's own
    Duration jitter{};
    Probability delay_correlation{};
    Distribution distribution = Distribution::uniform;
    Order order = Order::by_arrival;

    friend constexpr bool operator==(const Impairments&, const Impairments&) = default;
};

/// In netem's words: "loss 2% duplicate 1% delay 20ms 5ms distribution normal"; empty: none.
std::string to_string(const Impairments& impairments);

/// @returns what is wrong with them, to be shown to whoever wrote them; empty: nothing
std::string mistake_in(const Impairments& impairments);

}  // namespace sockeye
