// Master files: zones as text (RFC 1035 §5, RFC 2308 §4).
#pragma once

#include <string_view>

#include "app/dns/zone.hpp"

namespace sockeye::app::dns {

/// Reads
///
///     $TTL 300
///     @       SOA   ns hostmaster 1 1d 2h 4w 5m
///     web     A     198.51.100.80
///     www     CNAME web
///
/// with $ORIGIN, parentheses, comments, quoted text, and times such as "1h30m". The SOA may be left
/// out: Zone has a usual one. Types are A, AAAA, NS, CNAME, PTR, TXT and SOA.
/// @param origin  the zone's, and what relative names are under until $ORIGIN says otherwise
/// @returns invalid_argument, whose detail names the line and the mistake
Result<Zone> parse_zone(std::string_view text, const wire::DnsName& origin);

}  // namespace sockeye::app::dns
