#include "transport/flow.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/network_order.hpp"

namespace sockeye::transport {
namespace {

/// Fills an array from its front.
struct Packer {
    std::array<std::byte, 40> octets{};
    std::size_t size = 0;

    void add(const FlowEnd& end) {
        const std::span<const std::byte> ip = std::as_bytes(end.ip().octets());
        std::ranges::copy(ip, &octets[size]);
        store_network(&octets[size + ip.size()], end.port());
        size += ip.size() + sizeof end.port();
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
