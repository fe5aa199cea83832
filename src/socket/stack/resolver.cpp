#include "socket/stack/resolver.hpp"

#include <algorithm>

namespace sockeye::stack {
namespace {

using wire::DnsCode;
using wire::DnsType;

HostEntry to_entry(const wire::DnsFound& found) {
    HostEntry entry{.name = found.name.to_string(), .aliases = {}, .addresses = {}};
    for (const wire::DnsName& alias : found.aliases) entry.aliases.push_back(alias.to_string());
    for (const wire::DnsRecord& record : found.records) {
        if (const auto* ip = std::get_if<IpAddress>(&record.data)) entry.addresses.push_back(*ip);
        // Of an address the first name is the name.
        if (const auto* name = std::get_if<wire::DnsName>(&record.data)) {
            if (&record != &found.records.front())
                entry.aliases.push_back(name->to_string());
            else
                entry.name = name->to_string();
        }
    }
    return entry;
}

Error none(const wire::DnsQuestion& question, DnsCode code) {
    const std::string_view why = question.type == DnsType::ptr ? "the address has no name"
                                 : code == DnsCode::name_error ? "no such name"
                                                               : "the name has no such address";
    return {Errc::name_not_found, "", question.name.to_string().append(": ").append(why)};
}

/// How long an answer may be kept: whatever a server says, a week (RFC 8767 §4), and for three hours
/// that there is none (RFC 2308 §5).
std::uint32_t bounded(std::uint32_t ttl, bool is_there) {
    constexpr std::uint32_t top_bit = 1U << 31;  // such a TTL is none (RFC 2181 §8)
    constexpr std::uint32_t week = 604'800;
    constexpr std::uint32_t three_hours = 10'800;
    return ttl >= top_bit ? 0 : std::min(ttl, is_there ? week : three_hours);
}

}  // namespace

bool Resolver::Kept::answers(const wire::DnsQuestion& other) const {
    return question == other ||
           (is_no_name && question.name == other.name && question.question_class == other.question_class);
}

wire::DnsMessage Resolver::ask(const wire::DnsQuestion& question) {
    return wire::make_dns_query(static_cast<std::uint16_t>(random_.next()), question);
}

Result<HostEntry> Resolver::take(const wire::DnsMessage& reply, const wire::DnsQuestion& question,
                                 Instant now) {
    const wire::DnsFound found = wire::find_in_dns_reply(reply);
    const bool is_there = !found.records.empty();
    Result<HostEntry> answer = is_there ? Result<HostEntry>{to_entry(found)}
                                        : Result<HostEntry>{std::unexpect, none(question, reply.code)};
    const std::uint32_t ttl = bounded(is_there ? found.ttl : wire::negative_ttl(reply).value_or(0), is_there);
    if (ttl == 0) return answer;
    std::erase_if(cache_, [&](const Kept& kept) { return kept.question == question || kept.until <= now; });
    if (cache_.size() >= most_kept) cache_.erase(cache_.begin());
    cache_.push_back({.question = question,
                      .answer = answer,
                      .until = now + std::chrono::seconds{ttl},
                      .is_no_name = reply.code == DnsCode::name_error && found.aliases.empty()});
    return answer;
}

std::optional<Result<HostEntry>> Resolver::recall(const wire::DnsQuestion& question, Instant now) {
    for (const Kept& kept : cache_)
        if (kept.until > now && kept.answers(question)) return kept.answer;
    return std::nullopt;
}

}  // namespace sockeye::stack
