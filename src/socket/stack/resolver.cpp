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

}  // namespace

wire::DnsMessage Resolver::ask(const wire::DnsQuestion& question) {
    return wire::make_dns_query(static_cast<std::uint16_t>(random_.next()), question);
}

Result<HostEntry> Resolver::take(const wire::DnsMessage& reply, const wire::DnsQuestion& question,
                                 Instant now) {
    const wire::DnsFound found = wire::find_in_dns_reply(reply);
    const bool is_there = !found.records.empty();
    Result<HostEntry> answer = is_there ? Result<HostEntry>{to_entry(found)}
                                        : Result<HostEntry>{std::unexpect, none(question, reply.code)};
    const std::uint32_t ttl = is_there ? found.ttl : wire::negative_ttl(reply).value_or(0);
    if (ttl == 0) return answer;
    std::erase_if(cache_, [&](const Kept& kept) { return kept.question == question || kept.until <= now; });
    if (cache_.size() >= most_kept) cache_.erase(cache_.begin());
    cache_.push_back({question, answer, now + std::chrono::seconds{ttl}});
    return answer;
}

std::optional<Result<HostEntry>> Resolver::recall(const wire::DnsQuestion& question, Instant now) {
    const auto kept = std::ranges::find(cache_, question, &Kept::question);
    if (kept == cache_.end() || kept->until <= now) return std::nullopt;
    return kept->answer;
}

}  // namespace sockeye::stack
