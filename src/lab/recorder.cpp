#include "lab/recorder.hpp"

#include <xxhash.h>

#include <array>
#include <cassert>
#include <new>

namespace sockeye::lab {

namespace {

/// Puts the low `octets` of `value` at the end of `out`, least significant first.
template <std::size_t Size>
struct Fields {
    std::array<std::uint8_t, Size> octets{};
    std::size_t used = 0;

    void put(std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) octets[used++] = static_cast<std::uint8_t>(value >> 8 * i);
    }
};

}  // namespace

Recorder::Recorder() : state_{XXH3_createState()} {
    if (!state_) throw std::bad_alloc{};
    XXH3_128bits_reset(state_.get());
}

Recorder::~Recorder() = default;

void Recorder::FreeState::operator()(XXH3_state_s* state) const {
    XXH3_freeState(state);
}

void Recorder::hash_head(Instant at, const Record& record, std::uint8_t fate) {
    Fields<14> head;
    head.put(static_cast<std::uint64_t>(at.since_zero().count()), 8);
    head.put(record.cable, 4);
    head.put(static_cast<std::uint8_t>(record.from), 1);
    head.put(fate, 1);
    XXH3_128bits_update(state_.get(), head.octets.data(), head.used);
}

void Recorder::add(Record record) {
    const std::span<const std::byte> bytes = record.frame.bytes();
    hash_head(record.departs, record, static_cast<std::uint8_t>(record.fate));
    Fields<4> length;
    length.put(bytes.size(), 4);
    XXH3_128bits_update(state_.get(), length.octets.data(), length.used);
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
    records_.push_back(std::move(record));
}

void Recorder::lose(std::uint64_t number, link::Fate fate, Instant now) {
    assert(number < records_.size() && link::is_lost(fate));
    Record& record = records_[number];
    record.fate = fate;
    hash_head(now, record, static_cast<std::uint8_t>(0x80 + static_cast<std::uint8_t>(fate)));
    Fields<8> which;
    which.put(number, 8);
    XXH3_128bits_update(state_.get(), which.octets.data(), which.used);
}

std::string Recorder::hash() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned char octet : canonical.digest) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

}  // namespace sockeye::lab
