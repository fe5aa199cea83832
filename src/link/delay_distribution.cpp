#include "link/delay_distribution.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/cube_root.hpp"

namespace sockeye::link {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr std::int64_t scale = 8192;  // one standard deviation: NETEM_DIST_SCALE
constexpr std::size_t entries = std::tuple_size_v<DelayTable>;

/// Product of two numbers from 0 to 1 in units of 2^-63.
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>((Wide{a} * b) >> 63);
}

/// Walks along the bell curve exp(-x²/2) from 0 on, a step of h = 2^-13 at a time. Each value comes
/// from the one before: exp(-(x+h)²/2) = exp(-x²/2) * slope, and the slope shrinks by exp(-h²).
class BellCurve {
public:
    std::uint64_t value() const { return value_; }
    void step() {
        value_ = times(value_, slope_);
        slope_ = times(slope_, shrink);
    }

private:
    static constexpr std::uint64_t one = std::uint64_t{1} << 63;
    // 1 - y + y²/2, the rest being below 2^-63; y = h² = 2^-26, and half of it.
    static constexpr std::uint64_t shrink = one - (one >> 26) + (one >> 53);
    std::uint64_t value_ = one;
    std::uint64_t slope_ = one - (one >> 27) + (one >> 55);
};

constexpr int walk = 6 * scale;  // to six deviations, beyond which is nothing that a table shows

/// One half by numeric integration; the other mirrors it.
DelayTable make_normal() {
    Wide all = 0;
    BellCurve curve;
    for (int x = 0; x < walk; ++x, curve.step()) all += curve.value();

    DelayTable table{};
    constexpr std::size_t half = entries / 2;
    Wide passed = 0;
    curve = {};
    std::size_t found = 0;
    for (int x = 0; x < walk && found < half; ++x, curve.step()) {
        passed += curve.value();
        for (; found < half && passed * (2 * half) >= all * (2 * found + 1); ++found) {
            table[half + found] = static_cast<std::int16_t>(x);
            table[half - 1 - found] = static_cast<std::int16_t>(-x);
        }
    }
    assert(found == half);
    return table;
}

std::int16_t clamped(std::int64_t value) {
    using Limits = std::numeric_limits<std::int16_t>;
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, Limits::min(), Limits::max()));
}

/// Pareto with shape 3, mean moved to 0: (u^(-1/3) - 3/2) * 4/3 for u = 1/4096 .. 1.
DelayTable make_pareto() {
    DelayTable table{};
    for (std::size_t i = 0; i < entries; ++i) {
        const std::uint64_t u = 16 * (entries - i);                                     // in units of 1/65536
        const auto root = static_cast<std::int64_t>(cube_root(~std::uint64_t{0} / u));  // u^(-1/3) * 2^16
        table[i] = clamped((root - 98304) / 6);  // 4/3 * 8192 / 65536 = 1/6
    }
    return table;
}

/// A quarter normal, three quarters Pareto.
DelayTable make_paretonormal() {
    DelayTable table{};
    const DelayTable& normal = delay_table(Distribution::normal);
    const DelayTable& pareto = delay_table(Distribution::pareto);
    for (std::size_t i = 0; i < entries; ++i) table[i] = clamped((normal[i] + 3 * pareto[i]) / 4);
    return table;
}

}  // namespace

const DelayTable& delay_table(Distribution distribution) {
    static const DelayTable normal = make_normal();
    static const DelayTable pareto = make_pareto();
    if (distribution == Distribution::normal) return normal;
    if (distribution == Distribution::pareto) return pareto;
    static const DelayTable paretonormal = make_paretonormal();
    assert(distribution == Distribution::paretonormal);
    return paretonormal;
}

Duration spread_delay(Duration mean, Duration jitter, Distribution distribution, std::uint32_t draw) {
    if (distribution == Distribution::uniform) {
        const Wide range = Wide{2} * static_cast<std::uint64_t>(jitter.count());
        return mean - jitter + Duration{static_cast<Duration::rep>((range * draw) >> 32)};
    }
    // The draw's upper bits, which netem's correlation leaves alike; netem itself takes the lower ones.
    const SignedWide quantile = delay_table(distribution)[draw >> 20];
    return mean + Duration{static_cast<Duration::rep>(quantile * jitter.count() / scale)};
}

}  // namespace sockeye::link
