#include "transport/flow.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sockeye::transport {
namespace {

/// Fills an array from its front.
struct Packer {
    std::array<std::byte, 40> octets{};
    std::size_t size = 0;

    void add(std::uint8_t octet) { octets[size++] = std::byte{octet}; }
    void add(const Address& address) {
        for (const std::uint8_t octet : address.ip().octets()) add(octet);
        add(static_cast<std::uint8_t>(address.port() >> 8));
        add(static_cast<std::uint8_t>(address.port() & 0xff));
    }
};

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, const Flow& flow) {
    Packer packer;
    packer.add(flow.local);
    packer.add(flow.peer);
    return keyed_hash(key, std::span{packer.octets}.first(packer.size));
}

}  // namespace sockeye::transport
