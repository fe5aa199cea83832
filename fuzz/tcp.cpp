#include "wire/tcp.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    const auto read = wire::parse_tcp(bytes);
    if (!read) return;
    Packet packet{read->payload};
    wire::prepend_tcp(packet, read->header, fuzz::four_1, fuzz::four_2);
    fuzz::require(wire::verify_tcp_checksum(packet.bytes(), fuzz::four_1, fuzz::four_2));
    auto again = wire::parse_tcp(packet.bytes())->header;
    // Our padding may leave no room for every block that fitted without it.
    fuzz::require(again.sack.size() <= read->header.sack.size());
    if (again.sack.size() < read->header.sack.size()) again.sack = read->header.sack;
    fuzz::require(again == read->header);
}
