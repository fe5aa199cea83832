// Which of its addresses a host speaks from (RFC 6724 §5).
#pragma once

#include <span>

#include "sockeye/address.hpp"

namespace sockeye::network {

/// The best of `candidates` to speak to `target` from through `next_hop`; the first of equals.
/// nullptr: none is of the target's family.
const Prefix* choose_source(std::span<const Prefix> candidates, const IpAddress& target,
                            const IpAddress& next_hop);

}  // namespace sockeye::network
