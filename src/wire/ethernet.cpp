#include "wire/ethernet.hpp"

#include <optional>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

std::optional<unsigned> digit(char c) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    const std::size_t value = hexadecimal.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(value);
}

/// Twelve hexadecimal digits with `separator` behind every `group` of them.
std::optional<MacAddress> parse_groups(std::string_view text, char separator, std::size_t group) {
    if (text.size() != 12 + 12 / group - 1) return std::nullopt;
    std::array<std::uint8_t, 6> octets{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % (group + 1) == group) {
            if (text[i] != separator) return std::nullopt;
            continue;
        }
        const std::optional<unsigned> value = digit(text[i]);
        if (!value) return std::nullopt;
        std::uint8_t& octet = octets[digits++ / 2];
        octet = static_cast<std::uint8_t>(octet * 16U + *value);
    }
    return MacAddress{octets};
}

}  // namespace

Result<MacAddress> MacAddress::parse(std::string_view text) {
    if (const auto colons = parse_groups(text, ':', 2)) return *colons;
    if (const auto hyphens = parse_groups(text, '-', 2)) return *hyphens;
    if (const auto dots = parse_groups(text, '.', 4)) return *dots;
    return std::unexpected{Error{Errc::invalid_argument, "parse",
                                 "not a MAC address: write 02:00:00:00:00:65, 02-00-00-00-00-65 or "
                                 "0200.0000.0065"}};
}

std::string MacAddress::to_string() const {
    std::string text;
    for (std::uint8_t octet : octets_) {
        if (!text.empty()) text += ':';
        text += hexadecimal[octet >> 4];
        text += hexadecimal[octet & 0x0f];
    }
    return text;
}

std::expected<EthernetFrame, Malformed> parse_ethernet(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const EthernetHeader header{.target = MacAddress{in.array<6>()},
                                .source = MacAddress{in.array<6>()},
                                .ethertype = static_cast<EtherType>(in.u16())};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    return EthernetFrame{header, in.rest()};
}

void prepend_ethernet(Packet& packet, const EthernetHeader& header) {
    Writer out{packet.prepend(EthernetHeader::size)};
    out.bytes(header.target.octets());
    out.bytes(header.source.octets());
    out.u16(static_cast<std::uint16_t>(header.ethertype));
}

}  // namespace sockeye::wire
