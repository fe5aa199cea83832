// Ip's part that nearly every packet of a stream takes: it is from the same host, for the same address of
// ours, by the same device as the last one, so what there is to say of that (is it for us, may it be from
// there, is it a broadcast?) has been said. Whatever is different takes the way through receive().
#include <algorithm>
#include <utility>

#include "base/network_order.hpp"
#include "network/ip.hpp"
#include "wire/plain.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

/// Octets in front of the IP packet; nullopt: the frame is not for this card alone, or carries another thing.
std::optional<std::size_t> link_header(const link::Device& device, std::span<const std::byte> frame,
                                       Family family) {
    if (device.framing() == link::Framing::none) return 0;
    if (frame.size() < wire::EthernetHeader::size) return std::nullopt;
    constexpr std::size_t at_ethertype = 12;
    const auto ethertype = static_cast<wire::EtherType>(load_network<std::uint16_t>(&frame[at_ethertype]));
    const std::span<const std::byte> own = std::as_bytes(std::span{device.mac().octets()});
    const bool is_plain = ethertype == ethertype_of(family) && std::ranges::equal(frame.first<6>(), own);
    if (!is_plain) return std::nullopt;
    return wire::EthernetHeader::size;
}

/// Neither this host's IP itself nor an extension header wants to look at it.
bool is_for_transport(std::uint8_t protocol) {
    return protocol == wire::protocol::tcp || protocol == wire::protocol::udp;
}

}  // namespace

/// While it stays the same, so do they.
std::size_t Ip::address_changes() const {
    std::size_t count = 0;
    for (const Interface& interface : interfaces_) count += interface.address_changes();
    return count;
}

void Ip::expect_more_like(const link::Device& device, const IpPacket& packet) {
    const IpAddress& target = packet.header.target;
    if (nat_ || packet.is_broadcast || target.is_multicast()) return;
    latest_arrival_ = {.device = &device,
                       .source = packet.header.source,
                       .target = target,
                       .interface = packet.interface,
                       .address_changes = address_changes()};
}

/// nullopt: nothing has happened yet.
std::optional<IpPacket> Ip::receive_expected(const link::Device& device, Packet& frame) const {
    const KnownArrival& known = latest_arrival_;
    if (known.device != &device || nat_) return std::nullopt;
    const auto at = link_header(device, frame.bytes(), known.source.family());
    if (!at) return std::nullopt;
    const auto plain = wire::parse_plain_ip(frame.bytes().subspan(*at), known.source, known.target);
    const bool is_expected =
        plain && is_for_transport(plain->protocol) && known.address_changes == address_changes();
    if (!is_expected) return std::nullopt;
    frame.trim_front(*at);
    frame.truncate(plain->octets);
    frame.trim_front(plain->header_octets);
    return IpPacket{.header = {.source = known.source,
                               .target = known.target,
                               .protocol = plain->protocol,
                               .hop_limit = plain->hop_limit,
                               .traffic_class = plain->traffic_class},
                    .payload = std::move(frame),
                    .interface = known.interface,
                    .header_octets = plain->header_octets};
}

}  // namespace sockeye::network
