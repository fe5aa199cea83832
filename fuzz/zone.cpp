#include "app/dns/authority.hpp"
#include "app/dns/zone_file.hpp"
#include "fuzz/target.hpp"
#include "sockeye/bytes.hpp"
#include "wire/dns_query.hpp"

using namespace sockeye;

/// The first line is the name that is asked for, what follows is the zone's file; and all of it is a
/// question too. Every answer can be read, and has whatever its code says.
FUZZ_TARGET(bytes) {
    const std::string_view text = BytesView{bytes}.text();
    const std::size_t line = std::min(text.find('\n'), text.size());
    const auto origin = wire::DnsName::parse("example").value();
    auto zone = app::dns::parse_zone(text.substr(line), origin);
    if (!zone) return fuzz::require(!zone.error().detail().empty());
    const app::dns::Authority authority{{*std::move(zone)}};
    using Over = app::dns::Authority::Over;
    for (const Over over : {Over::udp, Over::tcp}) {
        const auto reply = authority.answer(bytes, over);
        fuzz::require(!reply || wire::parse_dns(*reply).has_value());
    }

    const auto name = wire::DnsName::parse(text.substr(0, line));
    if (!name) return;
    for (const auto type : {wire::DnsType::a, wire::DnsType::cname, wire::DnsType::any}) {
        const auto query = wire::write_dns(wire::make_dns_query(1, {.name = *name, .type = type}));
        const auto reply = authority.answer(std::span{query}, Over::udp);
        fuzz::require(reply && reply->size() <= app::dns::Authority::largest_datagram);
        const auto read = wire::parse_dns(*reply);
        fuzz::require(read && read->id == 1);
        const bool is_negative = read->code == wire::DnsCode::name_error;
        fuzz::require(!is_negative || wire::negative_ttl(*read) || read->truncated);
    }
}
