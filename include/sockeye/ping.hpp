// Ping and traceroute from a host of a lab: ICMP echoes, and who answers them (RFC 792, RFC 4443).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/task.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

struct PingOptions {
    std::uint8_t hop_limit = 64;  ///< IPv4's TTL
    std::size_t octets = 56;      ///< of data
    Duration patience = 1s;       ///< how long to wait for an answer
};

/// What came back of one echo, from whom and how long after.
struct Pong {
    enum class Kind : std::uint8_t {
        reply,               ///< the target answered
        hop_limit_exceeded,  ///< a router says that the echo came no further
        unreachable,         ///< a router or the target says that it cannot be reached
        silence,             ///< nothing, within the patience
    };

    Kind kind = Kind::silence;
    IpAddress from{};  ///< unspecified: nobody, or this host itself
    Duration after{};
};

/// Sends one echo and waits for what comes of it: `host.run(ping(host, target))`.
Task<Pong> ping(Host& host, Address target, PingOptions options = {});

/// Each hop of the way to `target`: an echo with hop limit 1, 2, …, until one gets there, or `most`.
Task<std::vector<Pong>> traceroute(Host& host, Address target, std::uint8_t most = 30);

}  // namespace sockeye
