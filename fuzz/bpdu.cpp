#include "wire/bpdu.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    const auto read = wire::parse_bpdu(bytes);
    if (!read) return;
    const Packet frame = wire::make_bpdu_frame(*read, wire::MacAddress{});
    fuzz::require(wire::parse_bpdu(frame.bytes().subspan(wire::EthernetHeader::size)) == *read);
}
