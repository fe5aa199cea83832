// Both ends of a conversation, seen from this host: what demultiplexing looks up.
#pragma once

#include <cstdint>

#include "sockeye/address.hpp"
#include "transport/keyed_hash.hpp"

namespace sockeye::transport {

struct Flow {
    Address local;
    Address peer;

    friend bool operator==(const Flow&, const Flow&) = default;
};

/// Peers choose their addresses and ports, so whoever hashes them needs a key that they do not know.
std::uint64_t keyed_hash(const HashKey& key, const Flow& flow);

}  // namespace sockeye::transport
