// Histogram: how often each value came, without keeping the values. Logarithmic in octaves, linear within
// one: a value is known to one part in 64, from 0 to 2^64 - 1, in 30 KiB. Integers alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sockeye::app {

class Histogram {
public:
    Histogram();

    void record(std::uint64_t value);
    void add(const Histogram& other);

    std::uint64_t count() const { return count_; }
    std::uint64_t min() const { return count_ == 0 ? 0 : min_; }  ///< exact
    std::uint64_t max() const { return max_; }                    ///< exact
    std::uint64_t mean() const { return count_ == 0 ? 0 : sum_ / count_; }

    /// The value that `per_million` of a million recorded ones do not exceed: 500'000 is the median,
    /// 999'000 the 99.9th percentile (the nearest rank, no interpolation). At most 1/64 too large, never
    /// too small; 0 where nothing was recorded.
    /// @pre per_million <= 1'000'000
    std::uint64_t percentile(std::uint32_t per_million) const;

    /// How many recorded values are at most `value`, as far as the buckets tell them apart.
    std::uint64_t count_up_to(std::uint64_t value) const;

private:
    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t min_ = UINT64_MAX;
    std::uint64_t max_ = 0;
};

}  // namespace sockeye::app
