// A zone: the names under an origin, and what is known of each (RFC 1034 §4.2 and §4.3.2).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sockeye/error.hpp"
#include "wire/dns.hpp"

namespace sockeye::app::dns {

class Zone {
public:
    /// With the SOA record that each zone has; its TTL is `ttl` too, which records of no other take.
    Zone(wire::DnsName origin, wire::DnsSoa soa, std::uint32_t ttl);
    /// The same with a SOA as RFC 1912 §2.2 advises.
    explicit Zone(const wire::DnsName& origin);

    const wire::DnsName& origin() const { return origin_; }
    std::uint32_t ttl() const { return ttl_; }
    /// The origin, or a name under it.
    bool contains(const wire::DnsName& name) const;

    /// @returns invalid_argument: not of this zone; a CNAME beside other data (RFC 1034 §3.6.2); a
    ///   second SOA
    Result<void> add(wire::DnsRecord record);

    struct Found {
        enum class Kind : std::uint8_t {
            records,   ///< of the type that was asked for
            alias,     ///< a CNAME: the rest is at its target
            referral,  ///< NS records of a zone below this one, which somebody else serves
            no_data,   ///< there is such a name, but nothing of the type
            no_name,
        };
        Kind kind = Kind::no_name;
        std::vector<wire::DnsRecord> records{};
    };
    /// @pre contains(name)
    Found find(const wire::DnsName& name, wire::DnsType type) const;

    /// Whatever this zone has of the addresses of a name, below delegations too: glue (RFC 1034 §4.2.1).
    std::vector<wire::DnsRecord> addresses_of(const wire::DnsName& name) const;

    /// What goes along with "there is none": how long that may be kept (RFC 2308 §3).
    wire::DnsRecord negative() const;

private:
    /// Labels from the top down, each behind its length and in lower case: what is under a name
    /// begins with the name's key.
    using Key = std::string;
    using Nodes = std::map<Key, std::vector<wire::DnsRecord>>;

    static Key key_of(const wire::DnsName& name);
    bool exists(const Key& key) const;
    /// The delegation on the way down to a name; nullptr: it is this zone's own.
    const std::vector<wire::DnsRecord>* cut_above(const Key& key) const;
    /// What stands for all names of which there is nothing else there (RFC 4592 §3.3.1).
    const std::vector<wire::DnsRecord>* wildcard_for(const Key& key) const;

    wire::DnsName origin_;
    std::uint32_t ttl_;
    Key top_;
    Nodes nodes_;
};

}  // namespace sockeye::app::dns
