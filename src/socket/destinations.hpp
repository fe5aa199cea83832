// Which of several addresses to try first (RFC 6724 §6).
#pragma once

#include <optional>
#include <vector>

#include "sockeye/address.hpp"

namespace sockeye::backend {

class Network;

/// An address to go to, and the one that packets would leave from; no such: no way there.
struct Destination {
    Address address;
    std::optional<IpAddress> source;
    bool has_deprecated_source = false;
};

/// Whether `a` comes before `b` by rules 1, 2, 3, 5, 6, 8 and 9; the others need what no network here
/// has (home addresses, tunnels).
bool is_preferred(const Destination& a, const Destination& b);

/// Sorted for `network`; equals keep their order (rule 10).
std::vector<Address> by_preference(Network& network, const std::vector<Address>& addresses);

}  // namespace sockeye::backend
