#include "wire/dns_query.hpp"

#include <algorithm>
#include <string>

namespace sockeye::wire {

DnsMessage make_dns_query(std::uint16_t id, DnsQuestion question) {
    DnsMessage query{.id = id, .recursion_desired = true, .questions = {}, .edns = DnsEdns{}};
    query.questions.push_back(std::move(question));
    return query;
}

bool is_dns_reply_to(const DnsMessage& reply, const DnsMessage& query) {
    if (!reply.is_response || reply.id != query.id) return false;
    // A server that cannot read the question need not repeat it (RFC 1035 §4.1.1).
    if (reply.questions.empty()) return reply.code != DnsCode::no_error;
    return reply.questions == query.questions;
}

DnsFound find_in_dns_reply(const DnsMessage& reply) {
    DnsFound found;
    if (reply.questions.empty()) return found;
    const DnsQuestion& question = reply.questions.front();
    found.name = question.name;
    found.ttl = static_cast<std::uint32_t>(-1);
    // Each step takes an alias, so a circle of them ends where it has taken all.
    for (std::size_t steps = 0; steps <= reply.answers.size(); ++steps) {
        const DnsRecord* alias = nullptr;
        for (const DnsRecord& record : reply.answers) {
            if (!(record.name == found.name)) continue;
            if (record.type == question.type || question.type == DnsType::any) {
                found.records.push_back(record);
                found.ttl = std::min(found.ttl, record.ttl);
            } else if (record.type == DnsType::cname) {
                alias = &record;
            }
        }
        if (alias == nullptr || !found.records.empty()) break;
        found.aliases.push_back(found.name);
        found.name = std::get<DnsName>(alias->data);
        found.ttl = std::min(found.ttl, alias->ttl);
    }
    if (found.records.empty()) found.ttl = 0;
    return found;
}

std::optional<std::uint32_t> negative_ttl(const DnsMessage& reply) {
    for (const DnsRecord& record : reply.authorities)
        if (const auto* soa = std::get_if<DnsSoa>(&record.data)) return std::min(record.ttl, soa->minimum);
    return std::nullopt;
}

DnsName reverse_dns_name(const IpAddress& address) {
    constexpr std::string_view digits = "0123456789abcdef";
    const bool v4 = address.family() == Family::inet;
    const auto octets = address.octets();
    DnsName name;
    bool fits = true;  // as it always does
    for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet) {
        if (v4)
            fits = name.append(std::to_string(*octet)) && fits;
        else
            fits = name.append(digits.substr(*octet & 15, 1)) && name.append(digits.substr(*octet >> 4, 1)) &&
                   fits;
    }
    fits = name.append(v4 ? "in-addr" : "ip6") && name.append("arpa") && fits;
    return name;
}

std::vector<std::byte> frame_dns(std::span<const std::byte> message) {
    std::vector<std::byte> framed(2 + message.size());
    framed[0] = static_cast<std::byte>(message.size() >> 8);
    framed[1] = static_cast<std::byte>(message.size());
    std::ranges::copy(message, framed.begin() + 2);
    return framed;
}

std::optional<std::span<const std::byte>> unframe_dns(std::span<const std::byte> stream) {
    constexpr std::size_t prefix = 2;
    if (stream.size() < prefix) return std::nullopt;
    const std::size_t length =
        std::to_integer<std::size_t>(stream[0]) << 8 | std::to_integer<std::size_t>(stream[1]);
    if (stream.size() < prefix + length) return std::nullopt;
    return stream.subspan(prefix, length);
}

}  // namespace sockeye::wire
