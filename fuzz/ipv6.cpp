#include "wire/ipv6.hpp"

#include "fuzz/target.hpp"
#include "wire/ipv6_extension.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    const auto read = wire::parse_ipv6(bytes);
    if (!read) return;
    Packet packet{read->payload};
    wire::prepend_ipv6(packet, read->header);
    fuzz::require(wire::parse_ipv6(packet.bytes())->header == read->header);

    const auto chain = wire::parse_ipv6_chain(read->header.next_header, read->payload);
    if (!chain) return;
    fuzz::require(chain->payload.size() <= read->payload.size());
    fuzz::require(!chain->protocol_at || *chain->protocol_at < read->payload.size());
    if (!chain->fragment || !chain->fragment->is_fragment()) return;
    Packet fragment{chain->payload};
    wire::prepend_ipv6_fragment(fragment, *chain->fragment);
    fuzz::require(wire::parse_ipv6_chain(44, fragment.bytes())->fragment == chain->fragment);
}
