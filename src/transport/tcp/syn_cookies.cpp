#include "transport/tcp/syn_cookies.hpp"

#include <algorithm>
#include <array>

#include "base/writer.hpp"
#include "transport/tcp/ecn.hpp"

namespace sockeye::transport::tcp {
namespace {

// Common ones of both families: a connection gets the largest that is not above what the SYN named.
constexpr std::array<std::uint16_t, 8> mss_table{64, 536, 1220, 1300, 1400, 1440, 1460, 8960};

constexpr std::uint32_t hash_mask = (1U << 24) - 1;

constexpr std::uint32_t stamp_mask = 63;  // of the timestamp: four bits of shift, one of SACK, one of ECN
constexpr std::uint32_t no_shift = 15;
constexpr std::uint32_t sack_bit = 16;
constexpr std::uint32_t ecn_bit = 32;

/// 64 s each: a cookie is good in its own and in the next.
std::uint64_t period_at(Instant now) {
    return static_cast<std::uint64_t>(now.since_zero() / Duration{64s});
}

std::uint32_t index_of(std::uint16_t mss) {
    const auto above = std::ranges::upper_bound(mss_table, mss);
    return above == mss_table.begin() ? 0U : static_cast<std::uint32_t>(above - mss_table.begin() - 1);
}

}  // namespace

std::uint32_t SynCookies::hash(const Flow& flow, Sequence irs, std::uint64_t period,
                               std::uint32_t mss_index) const {
    std::array<std::byte, 24> octets{};
    Writer out{octets};
    out.u64(keyed_hash(key_, flow));
    out.u64(period);
    out.u32(irs.raw());
    out.u32(mss_index);
    return static_cast<std::uint32_t>(keyed_hash(key_, octets)) & hash_mask;
}

Sequence SynCookies::make(const Flow& flow, Sequence irs, std::uint16_t mss, Instant now) const {
    const std::uint64_t period = period_at(now);
    const std::uint32_t index = index_of(mss);
    return Sequence{static_cast<std::uint32_t>(period % 32) << 27 | index << 24 |
                    hash(flow, irs, period, index)};
}

std::optional<wire::TcpHeader> SynCookies::read(const Flow& flow, const wire::TcpHeader& ack,
                                                Instant now) const {
    const std::uint32_t cookie = (ack.ack - 1).raw();
    const Sequence irs = ack.seq - 1;
    const std::uint64_t age = (period_at(now) - (cookie >> 27)) % 32;
    if (age > 1 || age > period_at(now)) return std::nullopt;
    const std::uint32_t index = cookie >> 24 & 7;
    if ((cookie & hash_mask) != hash(flow, irs, period_at(now) - age, index)) return std::nullopt;

    wire::TcpHeader syn{.seq = irs, .window = ack.window, .mss = mss_table[index]};
    syn.flags.syn = true;
    if (!ack.timestamps) return syn;
    const std::uint32_t options = ack.timestamps->echo & stamp_mask;
    const std::uint32_t shift = options & no_shift;
    if (shift != no_shift) syn.window_scale = static_cast<std::uint8_t>(shift);
    syn.sack_permitted = (options & sack_bit) != 0;
    syn.flags.ece = syn.flags.cwr = (options & ecn_bit) != 0;
    syn.timestamps = ack.timestamps;
    return syn;
}

std::uint32_t SynCookies::stamp(std::uint32_t clock, const wire::TcpHeader& syn) {
    constexpr std::uint8_t largest_shift = 14;  // RFC 7323 §2.3
    const std::uint32_t shift = syn.window_scale ? std::min(*syn.window_scale, largest_shift) : no_shift;
    const std::uint32_t options =
        shift | (syn.sack_permitted ? sack_bit : 0) | (is_ecn_setup(syn.flags) ? ecn_bit : 0);
    const std::uint32_t stamped = (clock & ~stamp_mask) | options;
    return stamped > clock ? stamped - (stamp_mask + 1) : stamped;
}

}  // namespace sockeye::transport::tcp
