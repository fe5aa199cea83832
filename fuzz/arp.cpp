#include "wire/arp.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    if (const auto read = wire::parse_arp(bytes))
        fuzz::require(wire::parse_arp(wire::make_arp(*read).bytes()) == *read);
}
