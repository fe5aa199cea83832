#include "wire/bpdu.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

// IEEE 802.2: both service access points of the bridge spanning tree protocol, unnumbered information.
constexpr std::uint16_t llc_addresses = 0x4242;
constexpr std::uint8_t llc_control = 0x03;

constexpr std::size_t llc_size = 3;
constexpr std::size_t notification_size = 4;
constexpr std::size_t configuration_size = 35;
constexpr std::size_t rapid_size = 36;  // with the length of version 1's part, which is empty

constexpr std::uint8_t rapid_version = 2;

std::size_t size_of(BpduType type) {
    if (type == BpduType::topology_change) return notification_size;
    return type == BpduType::rapid ? rapid_size : configuration_size;
}

BridgeId read_bridge(Reader& in) {
    const std::uint16_t priority = in.u16();
    return {priority, MacAddress{in.array<6>()}};
}

void read_configuration(Bpdu& bpdu, Reader& in) {
    bpdu.flags = in.u8();
    bpdu.root = read_bridge(in);
    bpdu.root_path_cost = in.u32();
    bpdu.bridge = read_bridge(in);
    bpdu.port = in.u16();
    bpdu.message_age = in.u16();
    bpdu.max_age = in.u16();
    bpdu.hello_time = in.u16();
    bpdu.forward_delay = in.u16();
}

void write_configuration(Writer& out, const Bpdu& bpdu) {
    out.u8(bpdu.flags);
    out.u16(bpdu.root.priority);
    out.bytes(bpdu.root.mac.octets());
    out.u32(bpdu.root_path_cost);
    out.u16(bpdu.bridge.priority);
    out.bytes(bpdu.bridge.mac.octets());
    out.u16(bpdu.port);
    out.u16(bpdu.message_age);
    out.u16(bpdu.max_age);
    out.u16(bpdu.hello_time);
    out.u16(bpdu.forward_delay);
}

}  // namespace

std::expected<Bpdu, Malformed> parse_bpdu(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const std::uint16_t addresses = in.u16();
    const std::uint8_t control = in.u8();
    const std::uint16_t protocol = in.u16();
    in.skip(1);  // the version: what is newer than we are reads as what we know (§9.3.4)
    Bpdu bpdu{.type = static_cast<BpduType>(in.u8())};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (addresses != llc_addresses || control != llc_control || protocol != 0)
        return std::unexpected{Malformed::bad_value};
    if (bpdu.type == BpduType::topology_change) return bpdu;
    if (bpdu.type != BpduType::configuration && bpdu.type != BpduType::rapid)
        return std::unexpected{Malformed::bad_value};
    read_configuration(bpdu, in);
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (bpdu.message_age >= bpdu.max_age) return std::unexpected{Malformed::bad_value};
    return bpdu;
}

Packet make_bpdu_frame(const Bpdu& bpdu, const MacAddress& source) {
    Packet packet{llc_size + size_of(bpdu.type)};
    Writer out{packet.writable()};
    out.u16(llc_addresses);
    out.u8(llc_control);
    out.u16(0);  // the protocol
    out.u8(bpdu.type == BpduType::rapid ? rapid_version : std::uint8_t{0});
    out.u8(static_cast<std::uint8_t>(bpdu.type));
    if (bpdu.type != BpduType::topology_change) write_configuration(out, bpdu);
    out.zeros(out.remaining());
    const auto length = static_cast<EtherType>(packet.size());
    prepend_ethernet(packet, {.target = Bpdu::group, .source = source, .ethertype = length});
    return packet;
}

}  // namespace sockeye::wire
