// What an authoritative name server answers (RFC 1034 §4.3.2, RFC 2308, RFC 6891): messages in, messages
// out. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/dns/zone.hpp"
#include "wire/dns.hpp"

namespace sockeye::app::dns {

class Authority {
public:
    /// What an answer over UDP has at most, however much the asker takes: so much gets through
    /// everywhere without fragments.
    static constexpr std::uint16_t largest_datagram = 1232;

    explicit Authority(std::vector<Zone> zones) : zones_{std::move(zones)} {}

    const std::vector<Zone>& zones() const { return zones_; }

    /// @pre `query` is no response
    wire::DnsMessage answer(const wire::DnsMessage& query) const;

    enum class Over : std::uint8_t { udp, tcp };
    /// The same in octets: what does not fit a datagram is left out and TC set.
    /// @returns nothing where nobody may be answered: a response, or too short for a header
    std::optional<std::vector<std::byte>> answer(std::span<const std::byte> query, Over over) const;

private:
    const Zone* zone_of(const wire::DnsName& name) const;
    void look_up(const wire::DnsQuestion& question, wire::DnsMessage& reply) const;
    void refer(const Zone& zone, std::vector<wire::DnsRecord> servers, wire::DnsMessage& reply) const;

    std::vector<Zone> zones_;
};

}  // namespace sockeye::app::dns
