#include "wire/icmpv6.hpp"

#include "fuzz/target.hpp"
#include "wire/ipv6.hpp"
#include "wire/neighbour_discovery.hpp"

using namespace sockeye;

/// `parse` reads from `message` what it reads again from what `make` makes of it.
template <typename Parse, typename Make>
static void round_trip(const wire::Icmpv6Message& message, Parse parse, Make make) {
    const auto read = parse(message);
    if (!read) return;
    const Packet packet = make(*read, fuzz::six_1, fuzz::six_2);
    fuzz::require(wire::verify_icmpv6_checksum(packet.bytes(), fuzz::six_1, fuzz::six_2));
    fuzz::require(parse(*wire::parse_icmpv6(packet.bytes())) == *read);
}

FUZZ_TARGET(bytes) {
    const auto message = wire::parse_icmpv6(bytes);
    if (!message) return;
    (void)wire::parse_quoted_ipv6(message->payload);
    round_trip(*message, wire::parse_router_solicitation, wire::make_router_solicitation);
    round_trip(*message, wire::parse_router_advertisement, wire::make_router_advertisement);
    round_trip(*message, wire::parse_neighbour_solicitation, wire::make_neighbour_solicitation);
    round_trip(*message, wire::parse_neighbour_advertisement, wire::make_neighbour_advertisement);
}
