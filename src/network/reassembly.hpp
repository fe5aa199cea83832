// Fragments: making them, and putting them together again (RFC 791 §3.2, RFC 815, RFC 8200 §4.5).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fifo.hpp"
#include "base/packet.hpp"
#include "network/ip_header.hpp"
#include "network/packet.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

/// The packet in pieces that fit `mtu`, each from its IP header on.
/// @param place  of the payload: offset 0 and no more, unless it is a fragment itself
std::vector<Packet> fragment(const IpHeader& header, const Packet& payload, std::size_t mtu, Fragment place);

/// For both families. Memory is bounded: what has waited longest makes way.
/// Fragments that overlap condemn their packet, since no honest sender makes them (RFC 5722); one
/// that came twice does no harm (RFC 8200 §4.5).
class Reassembler {
public:
    struct Config {
        Duration timeout = 60s;          ///< RFC 8200 §4.5; RFC 1122 §3.3.2: 60 to 120 s
        std::size_t memory = 4'194'304;  ///< octets in all; Linux's ipfrag_high_thresh
        std::size_t packets = 256;       ///< at once
    };

    explicit Reassembler(const Config& config) : config_{config} {}

    struct Outcome {
        std::optional<Packet> whole;       ///< from its IP header on, as if it had never been in pieces
        std::optional<IcmpError> problem;  ///< about the fragment
        std::string_view dropped{};        ///< why the fragment is of no use; empty: it is kept, or `whole`
    };
    Outcome add(const IpPacket& packet, const Fragment& fragment, Instant now);

    /// The first fragment of a packet whose time is over: reported with reassembly_exceeded. Packets
    /// whose first fragment is not here go in silence (RFC 792, RFC 4443 §3.3).
    std::optional<IpPacket> take_expired(Instant now);
    /// All fragments that were waiting for those packets, since this was last asked.
    std::vector<Packet> take_given_up() { return std::exchange(given_up_, {}); }
    Instant next_wakeup() const {
        return by_age_.empty() ? Instant::never() : by_age_.front()->began + config_.timeout;
    }

    std::size_t packets() const { return pending_.size(); }
    std::size_t memory() const { return memory_; }

private:
    struct Key {
        IpAddress source;
        IpAddress target;
        std::uint8_t protocol;  // 0 in IPv6, where it is no part of the key
        std::uint32_t identification;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Pending : Fifo<Pending>::Link {
        const Key* key = nullptr;
        Instant began;
        std::map<std::size_t, Packet> pieces;  // by offset
        std::size_t octets = 0;                // in them
        std::optional<std::size_t> total;
        std::optional<IpPacket> first;
        bool is_marked = false;   // a queue on the way marked a piece (RFC 3168)
        bool is_markable = true;  // no piece says that it may not be marked
        bool condemned = false;
    };
    using Table = std::map<Key, Pending>;

    bool fits(const Pending& pending, std::size_t begin, std::size_t end, const Fragment& fragment) const;
    void condemn(Pending& pending);
    static Packet join(const Pending& pending);
    void forget(Table::iterator pending);
    void make_room();
    Table::iterator oldest() { return pending_.find(*by_age_.front()->key); }

    Config config_;
    Fifo<Pending> by_age_;  // the oldest first
    Table pending_;
    std::vector<Packet> given_up_;
    std::size_t memory_ = 0;
};

}  // namespace sockeye::network
