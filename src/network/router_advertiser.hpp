// When a router tells the hosts on one of its links what they should know (RFC 4861 §6.2), and what. The
// interface says it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/neighbour_discovery.hpp"

namespace sockeye::network {

class RouterAdvertiser {
public:
    /// RFC 4861 §6.2.1.
    struct Config {
        Duration interval = 600s;  ///< at most, between advertisements; a third of it at least
        /// Without the router's MAC, and without prefixes where they are the networks of its own addresses.
        wire::RouterAdvertisement says{.hop_limit = 64, .lifetime = 1800};
        // Of its own networks, in seconds.
        std::uint32_t valid_lifetime = 2'592'000;
        std::uint32_t preferred_lifetime = 604'800;
    };

    RouterAdvertiser(Config config, Random random, Instant now);

    /// A host has asked: it is answered together with the others (§6.2.6).
    void asked(Instant now);
    /// Whether an advertisement is due. @post the next one is not
    bool is_due(Instant now);
    Instant next_wakeup() const { return due_; }

    /// What there is to say for a router with these addresses.
    wire::RouterAdvertisement message(std::span<const Prefix> own, const wire::MacAddress& mac) const;
    /// The same of a router that is one no longer (§6.2.5).
    wire::RouterAdvertisement farewell(std::span<const Prefix> own, const wire::MacAddress& mac) const;

private:
    Duration chosen(Duration least, Duration most);

    Config config_;
    Random random_;
    int sent_ = 0;  // as far as the first few are counted
    Instant due_;
    std::optional<Instant> latest_;
};

}  // namespace sockeye::network
