#include "wire/layers.hpp"

#include <algorithm>
#include <array>

#include "wire/arp.hpp"
#include "wire/bpdu.hpp"
#include "wire/ethernet.hpp"
#include "wire/icmp.hpp"
#include "wire/icmpv6.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/layers_application.hpp"
#include "wire/layers_options.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {
namespace {

using Octets = std::span<const std::byte>;

/// One walk from the outside inwards.
struct Walk {
    Octets frame;
    std::vector<Layer> layers{};
    IpAddress source{};
    IpAddress target{};

    /// @param header  a view of the frame
    Layer& add(OsiLayer number, std::string_view protocol, std::string_view defined_in, Octets header,
               std::span<const FieldSpec> table) {
        return layers.emplace_back(Layer{.number = number,
                                         .protocol = protocol,
                                         .defined_in = defined_in,
                                         .offset = static_cast<std::size_t>(header.data() - frame.data()),
                                         .octets = header.size(),
                                         .fields = read_fields(header, table)});
    }
};

/// The part of `outer` in front of `inner`, which lies within it.
Octets in_front_of(Octets outer, Octets inner) {
    return inner.empty() ? outer : outer.first(static_cast<std::size_t>(inner.data() - outer.data()));
}

void add_fields(Layer& layer, std::vector<Field> more) {
    std::ranges::move(more, std::back_inserter(layer.fields));
}

void read_application(Walk& walk, Octets payload, std::uint16_t source_port, std::uint16_t target_port,
                      Carrier carrier) {
    if (payload.empty()) return;
    Layer layer = application_layer(payload, std::min(source_port, target_port), carrier);
    layer.offset = static_cast<std::size_t>(payload.data() - walk.frame.data());
    layer.octets = payload.size();
    walk.layers.push_back(std::move(layer));
}

void read_tcp(Walk& walk, Octets bytes) {
    const auto segment = parse_tcp(bytes);
    const Octets header = segment ? bytes.first(bytes.size() - segment->payload.size()) : bytes;
    Layer& layer = walk.add(OsiLayer::transport, "TCP", "RFC 9293", header, tcp_fields());
    if (!segment) {
        layer.malformed = segment.error();
        return;
    }
    add_fields(layer, tcp_option_fields(header.subspan(TcpHeader::minimum_size)));
    if (!verify_tcp_checksum(bytes, walk.source, walk.target)) {
        layer.malformed = Malformed::bad_checksum;
        return;
    }
    read_application(walk, segment->payload, segment->header.source_port, segment->header.target_port,
                     Carrier::stream);
}

void read_udp(Walk& walk, Octets bytes) {
    const auto datagram = parse_udp(bytes);
    Layer& layer = walk.add(OsiLayer::transport, "UDP", "RFC 768",
                            bytes.first(std::min(bytes.size(), UdpHeader::size)), udp_fields());
    if (!datagram) {
        layer.malformed = datagram.error();
        return;
    }
    if (!verify_udp_checksum(bytes, walk.source, walk.target)) {
        layer.malformed = Malformed::bad_checksum;
        return;
    }
    read_application(walk, datagram->payload, datagram->header.source_port, datagram->header.target_port,
                     Carrier::datagrams);
}

void read_icmp(Walk& walk, Octets bytes) {
    const auto message = parse_icmp(bytes);
    Layer& layer = walk.add(OsiLayer::network, "ICMP", "RFC 792",
                            bytes.first(std::min(bytes.size(), IcmpHeader::size)), icmp_fields());
    if (!message) {
        layer.malformed = message.error();
        return;
    }
    if (message->header.is_echo()) add_fields(layer, read_fields(bytes, icmp_echo_fields()));
}

void read_icmpv6(Walk& walk, Octets bytes) {
    const auto message = parse_icmpv6(bytes);
    Layer& layer = walk.add(OsiLayer::network, "ICMPv6", "RFC 4443",
                            bytes.first(std::min(bytes.size(), Icmpv6Header::size)), icmpv6_fields());
    if (!message) {
        layer.malformed = message.error();
        return;
    }
    const Icmpv6Type type = message->header.type;
    if (type == Icmpv6Type::neighbour_solicitation || type == Icmpv6Type::neighbour_advertisement)
        add_fields(layer, read_fields(bytes, neighbour_fields()));
    if (type == Icmpv6Type::router_advertisement)
        add_fields(layer, read_fields(bytes, router_advertisement_fields()));
    if (message->header.is_echo()) add_fields(layer, read_fields(bytes, icmp_echo_fields()));
    if (!verify_icmpv6_checksum(bytes, walk.source, walk.target)) layer.malformed = Malformed::bad_checksum;
}

void read_transport(Walk& walk, std::uint8_t number, Octets payload) {
    switch (number) {
        case protocol::tcp: return read_tcp(walk, payload);
        case protocol::udp: return read_udp(walk, payload);
        case protocol::icmp: return read_icmp(walk, payload);
        case protocol::icmpv6: return read_icmpv6(walk, payload);
        default: return;
    }
}

void read_ipv4(Walk& walk, Octets bytes) {
    const auto packet = parse_ipv4(bytes);
    const std::size_t size = packet ? static_cast<std::size_t>(packet->payload.data() - bytes.data())
                                    : std::min(bytes.size(), Ipv4Header::minimum_size);
    Layer& layer = walk.add(OsiLayer::network, "IPv4", "RFC 791", bytes.first(size), ipv4_fields());
    if (!packet) {
        layer.malformed = packet.error();
        return;
    }
    walk.source = packet->header.source;
    walk.target = packet->header.target;
    if (!packet->header.is_fragment()) read_transport(walk, packet->header.protocol, packet->payload);
}

void read_ipv6(Walk& walk, Octets bytes) {
    const auto packet = parse_ipv6(bytes);
    Layer& layer = walk.add(OsiLayer::network, "IPv6", "RFC 8200",
                            bytes.first(std::min(bytes.size(), Ipv6Header::size)), ipv6_fields());
    if (!packet) {
        layer.malformed = packet.error();
        return;
    }
    walk.source = packet->header.source;
    walk.target = packet->header.target;
    const auto chain = parse_ipv6_chain(packet->header.next_header, packet->payload);
    if (!chain) {
        layer.malformed = chain.error();
        return;
    }
    const Octets extensions = in_front_of(packet->payload, chain->payload);
    if (chain->fragment) {
        walk.add(OsiLayer::network, "IPv6 fragment header", "RFC 8200",
                 extensions.last(std::min(extensions.size(), Ipv6Fragment::size)), ipv6_fragment_fields());
        if (chain->fragment->is_fragment()) return;
    } else if (!extensions.empty() && chain->payload.data() != packet->payload.data()) {
        walk.add(OsiLayer::network, "IPv6 extension headers", "RFC 8200", extensions, {});
    }
    read_transport(walk, chain->protocol, chain->payload);
}

void read_arp(Walk& walk, Octets bytes) {
    const auto message = parse_arp(bytes);
    Layer& layer = walk.add(OsiLayer::data_link, "ARP", "RFC 826",
                            bytes.first(std::min(bytes.size(), ArpMessage::size)), arp_fields());
    if (!message) layer.malformed = message.error();
}

void read_bpdu(Walk& walk, Octets bytes, std::size_t length) {
    constexpr std::size_t llc = 3;  // octets: two addresses and a control field (IEEE 802.2)
    const Octets frame = bytes.first(std::min(bytes.size(), length));
    Layer& layer = walk.add(OsiLayer::data_link, "spanning tree", "IEEE 802.1D",
                            frame.subspan(std::min(frame.size(), llc)), bpdu_fields());
    if (const auto bpdu = parse_bpdu(frame); !bpdu) layer.malformed = bpdu.error();
}

/// @returns what stands behind the tags
EthernetFrame read_vlan_tags(Walk& walk, EthernetFrame frame) {
    constexpr int most_tags = 2;
    for (int tags = 0; tags < most_tags && frame.header.ethertype == EtherType::vlan; ++tags) {
        const auto tagged = parse_vlan(frame.payload);
        Layer& layer =
            walk.add(OsiLayer::data_link, "VLAN tag", "IEEE 802.1Q",
                     frame.payload.first(std::min(frame.payload.size(), VlanTag::size)), vlan_fields());
        if (!tagged) {
            layer.malformed = tagged.error();
            return {};
        }
        frame.header.ethertype = tagged->ethertype;
        frame.payload = tagged->payload;
    }
    return frame;
}

void read_link_payload(Walk& walk, const EthernetFrame& frame) {
    constexpr unsigned longest_length = 1500;  // of IEEE 802.3; more is a type
    const auto type = static_cast<unsigned>(frame.header.ethertype);
    if (frame.header.target == Bpdu::group && type > 0 && type <= longest_length)
        return read_bpdu(walk, frame.payload, type);
    switch (frame.header.ethertype) {
        case EtherType::ipv4: return read_ipv4(walk, frame.payload);
        case EtherType::ipv6: return read_ipv6(walk, frame.payload);
        case EtherType::arp: return read_arp(walk, frame.payload);
        default: return;
    }
}

constexpr std::array<std::string_view, 8> osi_names{"",          "physical", "data link",    "network",
                                                    "transport", "session",  "presentation", "application"};
constexpr std::array<std::string_view, 8> tcp_ip_names{
    "", "link", "link", "internet", "transport", "application", "application", "application"};

}  // namespace

std::string_view to_string(OsiLayer layer) {
    return osi_names.at(static_cast<std::size_t>(layer));
}

std::string_view tcp_ip_name(OsiLayer layer) {
    return tcp_ip_names.at(static_cast<std::size_t>(layer));
}

std::vector<Layer> layers_of(std::span<const std::byte> frame) {
    Walk walk{.frame = frame};
    const auto ethernet = parse_ethernet(frame);
    Layer& layer = walk.add(OsiLayer::data_link, "Ethernet II", "RFC 894, IEEE 802.3",
                            frame.first(std::min(frame.size(), EthernetHeader::size)), ethernet_fields());
    if (!ethernet) {
        layer.malformed = ethernet.error();
        return std::move(walk.layers);
    }
    const EthernetFrame inside = read_vlan_tags(walk, *ethernet);
    if (!walk.layers.back().malformed) read_link_payload(walk, inside);
    return std::move(walk.layers);
}

}  // namespace sockeye::wire
