#include "lab/recorder.hpp"

#include <xxhash.h>

#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <new>

namespace sockeye::lab {

namespace {

/// What stands in the hash in front of a frame, or of a loss: least significant octet first.
template <std::size_t Size>
struct Fields {
    std::array<std::byte, Size> octets{};
    std::size_t used = 0;

    template <std::unsigned_integral T>
    void put(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) octets[used++] = static_cast<std::byte>(value >> 8 * i);
    }
    void put_head(Instant at, std::uint32_t cable, link::End from, std::uint8_t fate) {
        put(static_cast<std::uint64_t>(at.since_zero().count()));
        put(cable);
        put(static_cast<std::uint8_t>(from));
        put(fate);
    }
    std::span<const std::byte> all() const { return std::span{octets}.first(used); }
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

void Recorder::absorb(std::span<const std::byte> octets) {
    XXH3_128bits_update(state_.get(), octets.data(), octets.size());
}

void Recorder::keep(std::size_t frames) {
    limit_ = frames;
    if (records_.size() > limit_) forget_before(next_ - limit_);
}

void Recorder::add(Record record) {
    const std::span<const std::byte> bytes = record.frame.bytes();
    Fields<18> head;
    head.put_head(record.departs, record.cable, record.from, static_cast<std::uint8_t>(record.fate));
    head.put(static_cast<std::uint32_t>(bytes.size()));
    absorb(head.all());
    absorb(bytes);
    ++next_;
    if (limit_ == 0) return;
    records_.push_back(std::move(record));
    if (records_.size() / 2 >= limit_) forget_before(next_ - limit_);
}

void Recorder::lose(const Loss& loss, Instant now) {
    assert(loss.number < next_ && link::is_lost(loss.fate));
    Fields<22> entry;
    entry.put_head(now, loss.cable, loss.from,
                   static_cast<std::uint8_t>(0x80 + static_cast<unsigned>(loss.fate)));
    entry.put(loss.number);
    absorb(entry.all());
    if (loss.number >= first_number()) records_[loss.number - first_number()].fate = loss.fate;
}

/// By halves, so that each record is moved once.
void Recorder::forget_before(std::uint64_t number) {
    const auto gone = static_cast<std::ptrdiff_t>(number - first_number());
    records_.erase(records_.begin(), records_.begin() + gone);
    std::erase_if(drops_, [&](const Drop& drop) { return drop.number < number; });
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
