// What the payload of a UDP datagram says, in tcpdump's manner, where its ports tell what it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/bpdu.hpp"
#include "wire/dns.hpp"
#include "wire/text.hpp"

namespace sockeye::wire {

/// "DNS 4660 A? www.example", "DNS 4660 www.example CNAME web.example, web.example A 10.0.0.1",
/// "DHCP OFFER 192.168.1.100 to 02:00:00:00:00:65". Empty where the ports are others or the octets no such
/// message.
/// @pre summary.protocol is udp
std::string application_text(const Summary& summary);

/// "AAAA"; "TYPE64" for one without a name (RFC 3597 §5).
std::string dns_type_text(DnsType type);
/// The type of that name, in either case. Nothing: there is none.
std::optional<DnsType> dns_type_named(std::string_view name);

/// "www.example A 10.0.0.1".
std::string dns_record_text(const DnsRecord& record);

/// "STP configuration root 8000.02:00:00:00:00:01 cost 19 bridge 8001.02:00:00:00:00:02 port 8003".
std::string bpdu_text(const Bpdu& bpdu);

}  // namespace sockeye::wire
