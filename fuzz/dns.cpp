#include "wire/dns.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

/// What is read is written so that it is read again, unless names that came compressed (an opaque
/// record's are not) no longer fit into the longest message.
FUZZ_TARGET(bytes) {
    const auto read = wire::parse_dns(bytes);
    if (!read) return;
    const auto again = wire::parse_dns(wire::write_dns(*read));
    fuzz::require(again.has_value());
    fuzz::require(*again == *read || again->truncated ||
                  again->additionals.size() < read->additionals.size());
    const auto limited = wire::write_dns(*read, wire::DnsMessage::plain_limit);
    fuzz::require(wire::parse_dns(limited).has_value());
    for (const auto& question : read->questions)
        fuzz::require(question.name.is_root() ||
                      wire::DnsName::parse(question.name.to_string()) == question.name);
}
