#include "wire/ecn.hpp"

#include <optional>
#include <span>

#include "base/writer.hpp"
#include "wire/checksum.hpp"
#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {
namespace {

struct Content {
    EtherType ethertype;
    std::span<const std::byte> payload;
};

/// What is behind the Ethernet header and its tags.
std::optional<Content> content_of(std::span<const std::byte> frame) {
    const auto ethernet = parse_ethernet(frame);
    if (!ethernet) return std::nullopt;
    Content content{ethernet->header.ethertype, ethernet->payload};
    while (content.ethertype == EtherType::vlan) {
        const auto tagged = parse_vlan(content.payload);
        if (!tagged) return std::nullopt;
        content = {tagged->ethertype, tagged->payload};
    }
    return content;
}

void mark_ipv4(std::span<std::byte> packet) {
    constexpr std::size_t checksum_at = 10;
    const std::size_t header_length = (std::to_integer<std::size_t>(packet[0]) & 0x0f) * 4;
    packet[1] |= std::byte{0x03};
    Writer{packet.subspan(checksum_at)}.u16(0);
    Writer{packet.subspan(checksum_at)}.u16(checksum(packet.first(header_length)));
}

}  // namespace

bool mark_congestion(Packet& frame) {
    const auto content = content_of(frame.bytes());
    if (!content) return false;
    const std::size_t offset = frame.size() - content->payload.size();
    if (content->ethertype == EtherType::ipv4) {
        const auto packet = parse_ipv4(content->payload);
        if (!packet || ecn_of(packet->header.traffic_class) == Ecn::not_ect) return false;
        mark_ipv4(frame.writable().subspan(offset));
        return true;
    }
    if (content->ethertype != EtherType::ipv6) return false;
    const auto packet = parse_ipv6(content->payload);
    if (!packet || ecn_of(packet->header.traffic_class) == Ecn::not_ect) return false;
    frame.writable()[offset + 1] |= std::byte{0x30};  // the traffic class begins in the middle of an octet
    return true;
}

}  // namespace sockeye::wire
