#include "app/dns/zone.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sockeye::app::dns {
namespace {

using wire::DnsName;
using wire::DnsRecord;
using wire::DnsType;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;  // RFC 4343: of ASCII alone
}

/// The length of the label that a key goes on with.
std::size_t label_at(std::string_view key, std::size_t at) {
    return static_cast<unsigned char>(key[at]);
}

DnsName below(const DnsName& origin, std::string_view label) {
    DnsName name;
    bool fits = name.append(label);
    for (DnsName rest = origin; !rest.is_root(); rest = rest.parent())
        fits = fits && name.append(rest.first_label());
    return fits ? name : origin;  // too long for a label more
}

wire::DnsSoa usual_soa(const DnsName& origin) {
    return {.primary = below(origin, "ns"),
            .mailbox = below(origin, "hostmaster"),
            .serial = 1,
            .refresh = 86'400,
            .retry = 7'200,
            .expire = 2'419'200,
            .minimum = 300};
}

bool has_type(const std::vector<DnsRecord>& records, DnsType type) {
    return std::ranges::find(records, type, &DnsRecord::type) != records.end();
}

std::vector<DnsRecord> of_type(const std::vector<DnsRecord>& records, DnsType type) {
    std::vector<DnsRecord> found;
    for (const DnsRecord& record : records)
        if (record.type == type || type == DnsType::any) found.push_back(record);
    return found;
}

Error refused(const DnsRecord& record, std::string_view why) {
    return {Errc::invalid_argument, "", record.name.to_string().append(" ").append(why)};
}

}  // namespace

Zone::Zone(DnsName origin, wire::DnsSoa soa, std::uint32_t ttl)
    : origin_{std::move(origin)}, ttl_{ttl}, top_{key_of(origin_)} {
    nodes_[top_].push_back({.name = origin_, .type = DnsType::soa, .ttl = ttl, .data = std::move(soa)});
}

Zone::Zone(const DnsName& origin) : Zone{origin, usual_soa(origin), 3600} {}

Zone::Key Zone::key_of(const DnsName& name) {
    const std::string_view labels = name.labels();
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < labels.size(); at += label_at(labels, at) + 1)
        parts.push_back(labels.substr(at, label_at(labels, at) + 1));
    Key key;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        key += part->front();
        std::ranges::transform(part->substr(1), std::back_inserter(key), lower);
    }
    return key;
}

bool Zone::contains(const DnsName& name) const {
    return key_of(name).starts_with(top_);
}

Result<void> Zone::add(DnsRecord record) {
    if (!contains(record.name))
        return std::unexpected{refused(record, "is not under " + origin_.to_string())};
    const Key key = key_of(record.name);
    const auto node = nodes_.find(key);
    const std::vector<DnsRecord> there = node == nodes_.end() ? std::vector<DnsRecord>{} : node->second;
    const bool is_alias = record.type == DnsType::cname;
    if (is_alias ? !there.empty() : has_type(there, DnsType::cname))
        return std::unexpected{refused(record, "has a CNAME, beside which nothing may stand")};
    if (record.type == DnsType::soa) return std::unexpected{refused(record, "has a SOA already")};
    // One set has one TTL (RFC 2181 §5.2): the first one's.
    const auto sibling = std::ranges::find(there, record.type, &DnsRecord::type);
    if (sibling != there.end()) record.ttl = sibling->ttl;
    if (std::ranges::find(there, record) == there.end()) nodes_[key].push_back(std::move(record));
    return {};
}

/// A name exists too where only names below it have records (RFC 4592 §2.2.2).
bool Zone::exists(const Key& key) const {
    const auto next = nodes_.lower_bound(key);
    return next != nodes_.end() && next->first.starts_with(key);
}

const std::vector<DnsRecord>* Zone::cut_above(const Key& key) const {
    for (std::size_t end = top_.size(); end < key.size();) {
        end += label_at(key, end) + 1;
        const auto node = nodes_.find(key.substr(0, end));
        if (node != nodes_.end() && has_type(node->second, DnsType::ns)) return &node->second;
    }
    return nullptr;
}

const std::vector<DnsRecord>* Zone::wildcard_for(const Key& key) const {
    std::size_t closest = top_.size();  // where the last name on the way down that exists ends
    while (exists(key.substr(0, closest + label_at(key, closest) + 1))) closest += label_at(key, closest) + 1;
    const auto star = nodes_.find(key.substr(0, closest) + "\x01*");
    return star == nodes_.end() ? nullptr : &star->second;
}

Zone::Found Zone::find(const DnsName& name, DnsType type) const {
    using enum Found::Kind;
    const Key key = key_of(name);
    if (const auto* cut = cut_above(key)) return {referral, of_type(*cut, DnsType::ns)};
    const auto node = nodes_.find(key);
    const std::vector<DnsRecord>* there = node == nodes_.end() ? nullptr : &node->second;
    if (there == nullptr && exists(key)) return {no_data};
    if (there == nullptr) there = wildcard_for(key);
    if (there == nullptr) return {no_name};

    const bool is_alias = type != DnsType::any && has_type(*there, DnsType::cname);
    Found found{records, of_type(*there, is_alias ? DnsType::cname : type)};
    if (found.records.empty()) return {no_data};
    if (is_alias && type != DnsType::cname) found.kind = alias;
    for (DnsRecord& record : found.records) record.name = name;  // of a wildcard; and in the asker's case
    return found;
}

std::vector<DnsRecord> Zone::addresses_of(const DnsName& name) const {
    const auto node = nodes_.find(key_of(name));
    if (node == nodes_.end()) return {};
    std::vector<DnsRecord> found = of_type(node->second, DnsType::a);
    std::ranges::move(of_type(node->second, DnsType::aaaa), std::back_inserter(found));
    return found;
}

DnsRecord Zone::negative() const {
    DnsRecord soa = of_type(nodes_.at(top_), DnsType::soa).front();
    soa.ttl = std::min(soa.ttl, std::get<wire::DnsSoa>(soa.data).minimum);
    return soa;
}

}  // namespace sockeye::app::dns
