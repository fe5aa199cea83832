// Which of its addresses a host speaks from (RFC 6724 §5).
#pragma once

#include <span>

#include "sockeye/address.hpp"

namespace sockeye::network {

/// The best of `candidates` to speak to `target` from through `next_hop`; the first of equals.
/// nullptr: none is of the target's family.
/// @param deprecated  candidates that are to be avoided (rule 3, RFC 4862 §5.5.4)
const Prefix* choose_source(std::span<const Prefix> candidates, std::span<const IpAddress> deprecated,
                            const IpAddress& target, const IpAddress& next_hop);

}  // namespace sockeye::network
