#include "wire/layers_options.hpp"

#include <algorithm>
#include <array>

#include "base/reader.hpp"

namespace sockeye::wire {
namespace {

using Octets = std::span<const std::byte>;

std::string number(Octets value) {
    std::uint64_t sum = 0;
    for (const std::byte octet : value) sum = sum << 8 | std::to_integer<std::uint64_t>(octet);
    return std::to_string(sum);
}

std::string shift(Octets value) {
    return number(value) + " (windows are shifted left by that)";
}

std::string timestamps(Octets value) {
    return "TSval " + number(value.first(4)) + ", TSecr " + number(value.last(4));
}

std::string blocks(Octets value) {
    std::string text;
    for (; value.size() >= 8; value = value.subspan(8))
        text += (text.empty() ? "" : ", ") + number(value.first(4)) + " to " + number(value.subspan(4, 4));
    return text;
}

std::string timeout(Octets value) {
    Reader in{value};
    const std::uint16_t field = in.u16();
    constexpr std::uint16_t in_minutes = 0x8000;
    return std::to_string(field & 0x7fff) + ((field & in_minutes) != 0 ? " min" : " s");
}

std::string nothing(Octets) {
    return "yes";
}

struct Kind {
    std::uint8_t number;
    std::string_view name;
    std::string_view defined_in;
    std::size_t octets;  ///< of its value; 0: any
    std::string (*text)(Octets value);
};

constexpr std::array kinds{
    Kind{2, "Maximum Segment Size", "", 2, number},    Kind{3, "Window Scale", "RFC 7323", 1, shift},
    Kind{4, "SACK-Permitted", "RFC 2018", 0, nothing}, Kind{5, "SACK", "RFC 2018", 0, blocks},
    Kind{8, "Timestamps", "RFC 7323", 8, timestamps},  Kind{28, "User Timeout", "RFC 5482", 2, timeout},
};

}  // namespace

std::vector<Field> tcp_option_fields(std::span<const std::byte> options) {
    constexpr std::uint8_t end = 0;
    constexpr std::uint8_t no_operation = 1;
    constexpr std::size_t fixed_header_bits = 160;
    std::vector<Field> fields;
    Reader in{options};
    while (in.remaining() > 0) {
        const std::size_t at = options.size() - in.remaining();
        const std::uint8_t kind = in.u8();
        if (kind == end) break;
        if (kind == no_operation) continue;
        const std::uint8_t length = in.u8();
        const Octets value = in.bytes(length < 2 ? 0 : length - 2u);
        if (!in.ok()) break;
        const auto known = std::ranges::find(kinds, kind, &Kind::number);
        Field field{.name = "option of an unknown kind",
                    .value = "kind " + std::to_string(kind) + ", " + std::to_string(length) + " octets",
                    .bit = fixed_header_bits + at * 8,
                    .bits = length * std::size_t{8}};
        if (known != kinds.end() && (known->octets == 0 || known->octets == value.size())) {
            field.name = known->name;
            field.value = known->text(value);
            field.defined_in = known->defined_in;
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

}  // namespace sockeye::wire
