#include "wire/ipv6_extension.hpp"

#include <cassert>

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint16_t more_fragments_bit = 0x0001;
constexpr std::uint16_t offset_mask = 0xfff8;

// Option types (RFC 8200 §4.2, RFC 2711).
constexpr std::uint8_t pad_1 = 0;
constexpr std::uint8_t pad_n = 1;
constexpr std::uint8_t router_alert = 5;

constexpr std::size_t options_at = 2;  // behind next header and length

/// @param at  where `bytes` stand in the chain
std::expected<void, Malformed> read_options(Ipv6Chain& chain, std::span<const std::byte> bytes,
                                            std::size_t at) {
    Reader in{bytes};
    while (in.remaining() > 0) {
        const std::size_t offset = at + bytes.size() - in.remaining();
        const std::uint8_t type = in.u8();
        if (type == pad_1) continue;
        in.skip(in.u8());
        if (!in.ok()) return std::unexpected{Malformed::bad_option};
        const auto action = static_cast<Ipv6OptionAction>(type >> 6);
        if (type == pad_n || type == router_alert || action == Ipv6OptionAction::skip) continue;
        if (!chain.unknown_option) chain.unknown_option = Ipv6UnknownOption{action, offset};
    }
    return {};
}

Ipv6Fragment read_fragment(Reader& in) {
    Ipv6Fragment fragment;
    fragment.next_header = in.u8();
    in.skip(1);
    const std::uint16_t field = in.u16();
    fragment.offset = field & offset_mask;
    fragment.more_fragments = (field & more_fragments_bit) != 0;
    fragment.identification = in.u32();
    return fragment;
}

/// A header that counts its length in units of 8 octets, the first of them not counted.
std::expected<void, Malformed> read_sized(Ipv6Chain& chain, std::span<const std::byte> bytes,
                                          std::size_t at) {
    Reader in{bytes};
    const std::uint8_t next_header = in.u8();
    const std::size_t length = (in.u8() + std::size_t{1}) * 8;
    if (!in.ok() || length > bytes.size()) return std::unexpected{Malformed::truncated};
    if (chain.protocol == protocol::ipv6_routing) {
        chain.routing = Ipv6Routing{.type = in.u8(), .segments_left = in.u8()};
        chain.routing_at = at;
    } else if (const auto read =
                   read_options(chain, bytes.first(length).subspan(options_at), at + options_at);
               !read) {
        return read;
    }
    chain.protocol = next_header;
    chain.payload = bytes.subspan(length);
    return {};
}

std::expected<void, Malformed> read_header(Ipv6Chain& chain, std::size_t at) {
    if (chain.protocol != protocol::ipv6_fragment) return read_sized(chain, chain.payload, at);
    Reader in{chain.payload};
    chain.fragment = read_fragment(in);
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    chain.protocol = chain.fragment->next_header;
    chain.payload = in.rest();
    return {};
}

bool goes_on(const Ipv6Chain& chain, std::size_t headers) {
    if (chain.fragment && chain.fragment->is_fragment()) return false;
    switch (chain.protocol) {
        case protocol::hop_by_hop_options: return headers == 0;
        case protocol::ipv6_routing:
        case protocol::ipv6_fragment:
        case protocol::destination_options: return true;
        default: return false;
    }
}

}  // namespace

std::expected<Ipv6Chain, Malformed> parse_ipv6_chain(std::uint8_t first, std::span<const std::byte> bytes) {
    Ipv6Chain chain{.protocol = first, .payload = bytes};
    for (std::size_t headers = 0; goes_on(chain, headers); ++headers) {
        if (headers == Ipv6Chain::maximum_headers) return std::unexpected{Malformed::too_many};
        const std::size_t at = bytes.size() - chain.payload.size();
        if (const auto read = read_header(chain, at); !read) return std::unexpected{read.error()};
        chain.protocol_at = at;
    }
    return chain;
}

void prepend_ipv6_fragment(Packet& packet, const Ipv6Fragment& header) {
    assert(header.offset % 8 == 0);
    Writer out{packet.prepend(Ipv6Fragment::size)};
    out.u8(header.next_header);
    out.u8(0);
    out.u16(static_cast<std::uint16_t>(header.offset | (header.more_fragments ? more_fragments_bit : 0)));
    out.u32(header.identification);
}

void prepend_ipv6_options(Packet& packet, std::uint8_t next_header, std::span<const std::byte> options) {
    const std::size_t padding = (8 - (options_at + options.size()) % 8) % 8;
    const std::size_t length = options_at + options.size() + padding;
    assert(length <= 256 * 8);
    Writer out{packet.prepend(length)};
    out.u8(next_header);
    out.u8(static_cast<std::uint8_t>(length / 8 - 1));
    out.bytes(options);
    if (padding == 1) out.u8(pad_1);
    if (padding < 2) return;
    out.u8(pad_n);
    out.u8(static_cast<std::uint8_t>(padding - 2));
    out.zeros(padding - 2);
}

void prepend_ipv6_routing(Packet& packet, std::uint8_t next_header, const Ipv6Routing& routing) {
    Writer out{packet.prepend(8)};
    out.u8(next_header);
    out.u8(0);
    out.u8(routing.type);
    out.u8(routing.segments_left);
    out.zeros(4);
}

}  // namespace sockeye::wire
