#include "app/histogram.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace sockeye::app {
namespace {

constexpr int precision = 6;  // an octave has 2^6 buckets
constexpr std::uint64_t exact_below = std::uint64_t{2} << precision;
constexpr std::size_t bucket_count =
    static_cast<std::size_t>((64 - precision + 1) << precision);  // the first two octaves are one

constexpr std::size_t bucket_of(std::uint64_t value) {
    if (value < exact_below) return static_cast<std::size_t>(value);
    const int shift = static_cast<int>(std::bit_width(value)) - precision - 1;
    return (static_cast<std::size_t>(shift) << precision) + static_cast<std::size_t>(value >> shift);
}

/// The largest value that falls into it.
constexpr std::uint64_t last_of(std::size_t bucket) {
    if (bucket < exact_below) return bucket;
    const std::size_t shift = (bucket >> precision) - 1;
    const std::uint64_t leading = bucket - (shift << precision);
    return ((leading + 1) << shift) - 1;  // wraps to 2^64 - 1 in the last bucket
}
static_assert(bucket_of(exact_below - 1) + 1 == bucket_of(exact_below));
static_assert(bucket_of(UINT64_MAX) == bucket_count - 1 && last_of(bucket_count - 1) == UINT64_MAX);

}  // namespace

Histogram::Histogram() : buckets_(bucket_count) {}

void Histogram::record(std::uint64_t value) {
    ++buckets_[bucket_of(value)];
    ++count_;
    sum_ += value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
}

void Histogram::add(const Histogram& other) {
    std::ranges::transform(buckets_, other.buckets_, buckets_.begin(), std::plus{});
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::percentile(std::uint32_t per_million) const {
    constexpr std::uint64_t million = 1'000'000;
    // In two parts, since count × 10^6 may not fit: the rank is rounded up, and at least 1.
    const std::uint64_t rank = std::max<std::uint64_t>(
        1, count_ / million * per_million + (count_ % million * per_million + million - 1) / million);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) return std::min(last_of(bucket), max_);
    }
    return 0;
}

std::uint64_t Histogram::count_up_to(std::uint64_t value) const {
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < bucket_count && last_of(bucket) <= value; ++bucket)
        seen += buckets_[bucket];
    return seen;
}

}  // namespace sockeye::app
