#include "wire/ipv4.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    (void)wire::parse_quoted_ipv4(bytes);
    const auto read = wire::parse_ipv4(bytes);
    if (!read) return;
    Packet packet{read->payload};
    wire::prepend_ipv4(packet, read->header);
    wire::Ipv4Header expected = read->header;
    expected.total_length = static_cast<std::uint16_t>(packet.size());  // without its options
    fuzz::require(wire::parse_ipv4(packet.bytes())->header == expected);
}
