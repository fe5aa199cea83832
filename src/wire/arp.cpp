#include "wire/arp.hpp"

#include <cassert>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint16_t hardware_ethernet = 1;
constexpr std::uint16_t protocol_ipv4 = static_cast<std::uint16_t>(EtherType::ipv4);
constexpr std::uint8_t mac_length = 6;
constexpr std::uint8_t ip_length = 4;

}  // namespace

std::expected<ArpMessage, Malformed> parse_arp(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const std::uint16_t hardware = in.u16();
    const std::uint16_t protocol = in.u16();
    const std::uint8_t hardware_length = in.u8();
    const std::uint8_t protocol_length = in.u8();
    const ArpMessage message{.operation = static_cast<ArpOperation>(in.u16()),
                             .sender_mac = MacAddress{in.array<mac_length>()},
                             .sender_ip = IpAddress{in.array<ip_length>()},
                             .target_mac = MacAddress{in.array<mac_length>()},
                             .target_ip = IpAddress{in.array<ip_length>()}};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (hardware != hardware_ethernet || protocol != protocol_ipv4)
        return std::unexpected{Malformed::bad_version};
    if (hardware_length != mac_length || protocol_length != ip_length)
        return std::unexpected{Malformed::bad_length};
    return message;
}

Packet make_arp(const ArpMessage& message) {
    assert(message.sender_ip.family() == Family::inet && message.target_ip.family() == Family::inet);
    Packet packet{ArpMessage::size};
    Writer out{packet.writable()};
    out.u16(hardware_ethernet);
    out.u16(protocol_ipv4);
    out.u8(mac_length);
    out.u8(ip_length);
    out.u16(static_cast<std::uint16_t>(message.operation));
    out.bytes(message.sender_mac.octets());
    out.bytes(message.sender_ip.octets());
    out.bytes(message.target_mac.octets());
    out.bytes(message.target_ip.octets());
    return packet;
}

}  // namespace sockeye::wire
