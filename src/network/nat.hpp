// NAT44: many hosts behind one public address (RFC 4787, RFC 5382, RFC 5508). A router's; it rewrites
// packets in place and knows nothing of interfaces.
//
// Mapping is endpoint-independent: an inside address and port keep one outside port, to whomever they
// speak, and so can be reached there by anybody who was told (RFC 4787 REQ-1).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/packet.hpp"
#include "base/random.hpp"
#include "network/ip_header.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

/// Why something for the public address goes to nobody behind it.
inline constexpr std::string_view no_mapping = "no NAT mapping";

class Nat {
public:
    struct Config {
        Duration udp = 5min;                ///< RFC 4787 REQ-5: at least 2 min, 5 recommended
        Duration tcp_established = 124min;  ///< RFC 5382 REQ-5: at least 2 h 4 min
        Duration tcp_transitory = 4min;     ///< ibid.: while it opens or closes
        Duration icmp = 1min;               ///< RFC 5508 REQ-2: at least 60 s
        std::size_t maximum = 16'384;       ///< mappings; more are refused
    };

    /// Who, on one side, a mapping is about. An ICMP echo's identifier counts as its port.
    struct Endpoint {
        IpAddress ip;
        std::uint16_t port = 0;
        friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
    };
    struct Mapping {
        std::uint8_t protocol = 0;
        Endpoint inside;
        std::uint16_t outside_port = 0;
        Instant until;       ///< never(): a port that is forwarded
        Duration timeout{};  ///< how long it lives without a packet, as it is now; 0: for ever
    };

    Nat(const Config& config, const IpAddress& outside, Random random)
        : config_{config}, outside_{outside}, random_{random} {}

    const IpAddress& outside() const { return outside_; }

    /// What arrives for the public address at this port goes inside, whoever sends it.
    void forward_port(std::uint8_t protocol, std::uint16_t outside_port, const Endpoint& inside);

    enum class Outcome : std::uint8_t {
        translated,
        none,     ///< no mapping: the packet is as it was
        refused,  ///< it cannot be translated and must not go on
    };
    /// A whole packet on its way out: its source becomes the public address.
    Outcome outbound(Arrival& arrival, Instant now);
    /// A whole packet to the public address: its target becomes who is meant. Also what comes from
    /// inside, after outbound(): a hairpin (RFC 4787 REQ-9).
    Outcome inbound(Arrival& arrival, Instant now);

    std::vector<Mapping> list(Instant now) const;

private:
    /// Whether a TCP mapping has seen both sides speak, and whether one has ended it (RFC 5382 §5).
    struct Progress {
        bool out = false;
        bool in = false;
        bool ended = false;
    };
    struct Entry {
        Endpoint inside;
        std::uint16_t outside_port = 0;
        Instant until;
        Duration timeout{};
        Progress progress{};
    };
    struct Inside {
        std::uint8_t protocol;
        Endpoint endpoint;
        friend auto operator<=>(const Inside&, const Inside&) = default;
    };
    struct Outside {
        std::uint8_t protocol;
        std::uint16_t port;
        friend auto operator<=>(const Outside&, const Outside&) = default;
    };
    enum class Direction : std::uint8_t { out, in };

    Entry* find_inside(std::uint8_t protocol, const Endpoint& endpoint, Instant now);
    Entry* find_outside(std::uint8_t protocol, std::uint16_t port, Instant now);
    Entry* map(std::uint8_t protocol, const Endpoint& inside, Instant now);
    std::optional<std::uint16_t> choose_port(std::uint8_t protocol, std::uint16_t wanted, Instant now);
    void touch(Entry& entry, const Arrival& arrival, Direction direction, Instant now);
    Duration timeout_after(Progress& progress, const Arrival& arrival, Direction direction) const;
    void forget_expired(Instant now);
    Outcome translate_error(Arrival& arrival, Direction direction, Instant now);

    Config config_;
    IpAddress outside_;
    Random random_;
    std::map<Outside, Entry> entries_;
    std::map<Inside, std::uint16_t> ports_;  // of the entries
};

}  // namespace sockeye::network
