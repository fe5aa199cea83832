// Both ends of a conversation, seen from this host: what demultiplexing looks up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sockeye/address.hpp"
#include "transport/keyed_hash.hpp"

namespace sockeye::transport {

struct Flow {
    Address local;
    Address peer;

    friend bool operator==(const Flow&, const Flow&) = default;
};

std::uint64_t keyed_hash(const HashKey& key, const Flow& flow);

/// Peers choose their addresses and ports, so the table's hash has a key that they do not know.
struct FlowHash {
    HashKey key;
    std::size_t operator()(const Flow& flow) const { return keyed_hash(key, flow); }
};

}  // namespace sockeye::transport
