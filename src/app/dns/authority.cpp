#include "app/dns/authority.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sockeye::app::dns {
namespace {

using wire::DnsCode;
using wire::DnsMessage;
using wire::DnsName;
using wire::DnsRecord;
using wire::DnsType;

// Types that are questions alone, about whole zones (RFC 5936, RFC 1995): nobody gets one.
constexpr DnsType incremental_transfer{251};
constexpr DnsType transfer{252};

DnsMessage reply_to(const DnsMessage& query) {
    DnsMessage reply{.id = query.id,
                     .is_response = true,
                     .opcode = query.opcode,
                     .recursion_desired = query.recursion_desired,
                     .questions = query.questions};
    if (query.edns) reply.edns = wire::DnsEdns{.udp_payload = Authority::largest_datagram};
    return reply;
}

/// What is wrong with a question before anybody looks for an answer; no_error: nothing.
DnsCode mistake_in(const DnsMessage& query) {
    if (query.opcode != wire::DnsOpcode::query) return DnsCode::not_implemented;
    if (query.questions.size() != 1) return DnsCode::format_error;  // RFC 9619
    const wire::DnsQuestion& question = query.questions.front();
    const bool is_internet =
        question.question_class == wire::DnsClass::internet || question.question_class == wire::DnsClass::any;
    if (!is_internet || question.type == transfer || question.type == incremental_transfer)
        return DnsCode::refused;
    return DnsCode::no_error;
}

std::size_t limit_for(const DnsMessage& query) {
    if (!query.edns) return DnsMessage::plain_limit;
    const std::size_t taken = std::max<std::size_t>(query.edns->udp_payload, DnsMessage::plain_limit);
    return std::min<std::size_t>(taken, Authority::largest_datagram);
}

/// To a message of which only the first two octets, its number, can be made sense of.
std::optional<std::vector<std::byte>> complaint_about(std::span<const std::byte> query) {
    constexpr std::size_t flags_at = 2;
    constexpr unsigned response_bit = 0x80;
    if (query.size() < DnsMessage::header_size) return std::nullopt;
    if ((std::to_integer<unsigned>(query[flags_at]) & response_bit) != 0) return std::nullopt;
    const auto id = static_cast<std::uint16_t>(std::to_integer<unsigned>(query[0]) << 8 |
                                               std::to_integer<unsigned>(query[1]));
    return wire::write_dns({.id = id, .is_response = true, .code = DnsCode::format_error});
}

}  // namespace

DnsMessage Authority::answer(const DnsMessage& query) const {
    DnsMessage reply = reply_to(query);
    constexpr std::uint8_t bad_version = 1;  // 16, whose lower four bits are zero (RFC 6891 §6.1.3)
    if (query.edns && query.edns->version != 0) {
        reply.edns->extended_code = bad_version;
        return reply;
    }
    reply.code = mistake_in(query);
    if (reply.code == DnsCode::no_error) look_up(query.questions.front(), reply);
    return reply;
}

/// Follows aliases from zone to zone, as long as they are served here.
void Authority::look_up(const wire::DnsQuestion& question, DnsMessage& reply) const {
    using enum Zone::Found::Kind;
    constexpr std::size_t most_aliases = 16;
    DnsName name = question.name;
    for (std::size_t aliases = 0; aliases <= most_aliases; ++aliases) {
        const Zone* zone = zone_of(name);
        if (zone == nullptr) {
            if (aliases == 0) reply.code = DnsCode::refused;
            return;
        }
        Zone::Found found = zone->find(name, question.type);
        if (found.kind == referral) return refer(*zone, std::move(found.records), reply);
        reply.authoritative = true;
        std::ranges::move(found.records, std::back_inserter(reply.answers));
        if (found.kind == records) return;
        if (found.kind != alias) {
            if (found.kind == no_name) reply.code = DnsCode::name_error;  // of the last name: RFC 6604 §3
            reply.authorities.push_back(zone->negative());
            return;
        }
        name = std::get<DnsName>(reply.answers.back().data);
        if (std::ranges::find(reply.answers, name, &DnsRecord::name) != reply.answers.end()) return;
    }
}

/// Who serves the zone below, and where those are of whom only this zone can tell.
void Authority::refer(const Zone& zone, std::vector<DnsRecord> servers, DnsMessage& reply) const {
    for (const DnsRecord& server : servers) {
        const auto& name = std::get<DnsName>(server.data);
        if (zone.contains(name))
            for (DnsRecord& glue : zone.addresses_of(name)) reply.additionals.push_back(std::move(glue));
    }
    std::ranges::move(servers, std::back_inserter(reply.authorities));
}

/// The innermost one.
const Zone* Authority::zone_of(const DnsName& name) const {
    const Zone* best = nullptr;
    for (const Zone& zone : zones_)
        if (zone.contains(name) && (best == nullptr || zone.origin().octets() > best->origin().octets()))
            best = &zone;
    return best;
}

std::optional<std::vector<std::byte>> Authority::answer(std::span<const std::byte> query, Over over) const {
    const auto message = wire::parse_dns(query);
    if (!message) return complaint_about(query);
    if (message->is_response) return std::nullopt;
    constexpr std::size_t longest = 65'535;  // what the length in front can say (RFC 1035 §4.2.2)
    return wire::write_dns(answer(*message), over == Over::tcp ? longest : limit_for(*message));
}

}  // namespace sockeye::app::dns
