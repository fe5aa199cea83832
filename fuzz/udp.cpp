#include "wire/udp.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    (void)wire::verify_udp_checksum(bytes, fuzz::six_1, fuzz::six_2);
    const auto read = wire::parse_udp(bytes);
    if (!read) return;
    Packet packet{read->payload};
    wire::prepend_udp(packet, read->header, fuzz::four_1, fuzz::four_2);
    fuzz::require(wire::verify_udp_checksum(packet.bytes(), fuzz::four_1, fuzz::four_2));
    const auto again = wire::parse_udp(packet.bytes());
    fuzz::require(again->header.length == read->header.length &&
                  again->payload.size() == read->payload.size());
}
