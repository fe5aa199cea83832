#include "wire/icmp.hpp"

#include <algorithm>

#include "fuzz/target.hpp"
#include "wire/ipv4.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    const auto read = wire::parse_icmp(bytes);
    if (!read) return;
    (void)wire::parse_quoted_ipv4(read->payload);
    Packet packet{read->payload};
    wire::prepend_icmp(packet, read->header);
    fuzz::require(std::ranges::equal(packet.bytes().subspan(4), bytes.subspan(4)));
    fuzz::require(wire::parse_icmp(packet.bytes())->header == read->header);
}
