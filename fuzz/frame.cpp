#include "wire/text.hpp"

#include "fuzz/target.hpp"
#include "wire/layers.hpp"

using namespace sockeye;

/// Whatever a cable carries, there is a line for it, and layers that lie within it.
FUZZ_TARGET(bytes) {
    const wire::Summary summary = wire::summarise(bytes);
    fuzz::require(!wire::to_line(summary).empty());
    fuzz::require(summary.payload.size() == summary.payload_octets && summary.payload_octets <= bytes.size());
    for (const wire::Layer& layer : wire::layers_of(bytes))
        fuzz::require(layer.offset + layer.octets <= bytes.size());
}
