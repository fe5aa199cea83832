// Asking a name server and making sense of what it says: what every client of DNS does alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wire/dns.hpp"

namespace sockeye::wire {

/// A question that asks for recursion, and says how long an answer over UDP may be (RFC 6891).
/// @param id  by chance: it is what a forger has to guess (RFC 5452 §4)
DnsMessage make_dns_query(std::uint16_t id, DnsQuestion question);

/// Whether `reply` is to `query`, and not somebody else's or a forger's guess (RFC 5452 §9.1).
bool is_dns_reply_to(const DnsMessage& reply, const DnsMessage& query);

/// What a reply has for its question, once the aliases are followed (RFC 1034 §3.6.2).
struct DnsFound {
    DnsName name{};                    ///< behind the last alias
    std::vector<DnsName> aliases{};    ///< on the way, what was asked for first
    std::vector<DnsRecord> records{};  ///< of the type that was asked for; with ANY, all
    std::uint32_t ttl = 0;             ///< seconds that all of it may be kept: the shortest on the way
};
DnsFound find_in_dns_reply(const DnsMessage& reply);

/// How long "there is none" may be kept, in seconds (RFC 2308 §5): nothing where no SOA says so.
std::optional<std::uint32_t> negative_ttl(const DnsMessage& reply);

/// Where the name of an address stands: "1.0.0.10.in-addr.arpa" (RFC 1035 §3.5), "….ip6.arpa"
/// (RFC 3596 §2.5).
DnsName reverse_dns_name(const IpAddress& address);

/// Over TCP the length stands in front, in two octets (RFC 1035 §4.2.2).
std::vector<std::byte> frame_dns(std::span<const std::byte> message);
/// The first whole message of a stream; nothing: there is more to come.
std::optional<std::span<const std::byte>> unframe_dns(std::span<const std::byte> stream);

}  // namespace sockeye::wire
