#include "transport/keyed_hash.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/network_order.hpp"

namespace sockeye::transport {
namespace {

/// SipHash's four words, under the names its paper gives them (§2.1).
class Sip {
public:
    explicit Sip(const HashKey& key)
        : v0_{key.low ^ 0x736f6d6570736575},
          v1_{key.high ^ 0x646f72616e646f6d},
          v2_{key.low ^ 0x6c7967656e657261},
          v3_{key.high ^ 0x7465646279746573} {}

    void compress(std::uint64_t word) {
        v3_ ^= word;
        rounds(2);
        v0_ ^= word;
    }

    std::uint64_t finish() {
        v2_ ^= 0xff;
        rounds(4);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    void rounds(int count) {
        for (; count > 0; --count) {
            v0_ += v1_, v2_ += v3_;
            v1_ = std::rotl(v1_, 13) ^ v0_, v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ = std::rotl(v0_, 32);
            v2_ += v1_, v0_ += v3_;
            v1_ = std::rotl(v1_, 17) ^ v2_, v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ = std::rotl(v2_, 32);
        }
    }

    std::uint64_t v0_, v1_, v2_, v3_;
};

/// Little-endian, at most eight octets.
std::uint64_t word(std::span<const std::byte> octets) {
    std::array<std::byte, 8> padded{};
    std::ranges::copy(octets, padded.begin());
    return std::byteswap(load_network<std::uint64_t>(padded.data()));
}

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, std::span<const std::byte> message) {
    Sip sip{key};
    const std::uint64_t length = message.size();
    for (; message.size() >= 8; message = message.subspan(8)) sip.compress(word(message.first(8)));
    sip.compress(word(message) | (length << 56));
    return sip.finish();
}

}  // namespace sockeye::transport
