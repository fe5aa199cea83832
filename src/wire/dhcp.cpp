#include "wire/dhcp.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/appender.hpp"
#include "base/reader.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint8_t hardware_ethernet = 1;
constexpr std::uint8_t mac_length = 6;
constexpr std::size_t chaddr_length = 16;
constexpr std::size_t sname_length = 64;
constexpr std::size_t file_length = 128;
constexpr std::uint32_t magic_cookie = 0x63825363;  // RFC 2131 §3
constexpr std::uint16_t broadcast_bit = 0x8000;
constexpr std::size_t least_octets = 300;

constexpr std::uint8_t pad = 0;
constexpr std::uint8_t end = 255;

// Bits of option 52.
constexpr unsigned options_in_file = 1;
constexpr unsigned options_in_sname = 2;

/// A field that holds options: they end at option 255 or with the field.
std::expected<void, Malformed> read_options(std::map<DhcpOption, DhcpOptions::Value>& values, Reader in) {
    while (in.remaining() > 0) {
        const std::uint8_t code = in.u8();
        if (code == pad) continue;
        if (code == end) break;
        const std::size_t length = in.u8();
        const auto part = in.bytes(length);
        if (!in.ok()) return std::unexpected{Malformed::bad_option};
        DhcpOptions::Value& value = values[static_cast<DhcpOption>(code)];
        value.insert(value.end(), part.begin(), part.end());
    }
    return {};
}

/// All fields that hold options, in the order of RFC 3396 §5: options, file, sname.
std::expected<DhcpOptions, Malformed> read_all_options(Reader options, Reader file, Reader sname) {
    std::map<DhcpOption, DhcpOptions::Value> values;
    if (const auto read = read_options(values, options); !read) return std::unexpected{read.error()};
    if (const auto overload = values.extract(DhcpOption::overload)) {
        if (overload.mapped().size() != 1) return std::unexpected{Malformed::bad_option};
        const auto where = std::to_integer<unsigned>(overload.mapped().front());
        if ((where & options_in_file) != 0)
            if (const auto read = read_options(values, file); !read) return std::unexpected{read.error()};
        if ((where & options_in_sname) != 0)
            if (const auto read = read_options(values, sname); !read) return std::unexpected{read.error()};
        values.erase(DhcpOption::overload);
    }
    DhcpOptions all;
    for (auto& [code, value] : values) all.set(code, std::move(value));
    return all;
}

void write_option(Appender& out, DhcpOption code, std::span<const std::byte> value) {
    do {
        const auto part = value.first(std::min<std::size_t>(value.size(), 255));
        value = value.subspan(part.size());
        out.u8(static_cast<std::uint8_t>(code));
        out.u8(static_cast<std::uint8_t>(part.size()));
        out.bytes(part);
    } while (!value.empty());
}

void write_address(Appender& out, const IpAddress& address) {
    assert(address.family() == Family::inet);
    out.bytes(address.octets());
}

}  // namespace

void DhcpOptions::set_u8(DhcpOption code, std::uint8_t value) {
    set(code, {std::byte{value}});
}

void DhcpOptions::set_u16(DhcpOption code, std::uint16_t value) {
    Value octets;
    Appender{octets}.u16(value);
    set(code, std::move(octets));
}

void DhcpOptions::set_u32(DhcpOption code, std::uint32_t value) {
    Value octets;
    Appender{octets}.u32(value);
    set(code, std::move(octets));
}

void DhcpOptions::set_addresses(DhcpOption code, std::span<const IpAddress> addresses) {
    Value octets;
    Appender out{octets};
    for (const IpAddress& address : addresses) write_address(out, address);
    set(code, std::move(octets));
}

void DhcpOptions::set_text(DhcpOption code, std::string_view text) {
    Value octets;
    Appender{octets}.bytes(text);
    set(code, std::move(octets));
}

const DhcpOptions::Value* DhcpOptions::find(DhcpOption code) const {
    const auto found = values_.find(code);
    return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::uint8_t> DhcpOptions::u8(DhcpOption code) const {
    const Value* value = find(code);
    if (value == nullptr || value->size() != 1) return std::nullopt;
    return Reader{*value}.u8();
}

std::optional<std::uint16_t> DhcpOptions::u16(DhcpOption code) const {
    const Value* value = find(code);
    if (value == nullptr || value->size() != 2) return std::nullopt;
    return Reader{*value}.u16();
}

std::optional<std::uint32_t> DhcpOptions::u32(DhcpOption code) const {
    const Value* value = find(code);
    if (value == nullptr || value->size() != 4) return std::nullopt;
    return Reader{*value}.u32();
}

std::optional<IpAddress> DhcpOptions::address(DhcpOption code) const {
    const Value* value = find(code);
    if (value == nullptr || value->size() != 4) return std::nullopt;
    return IpAddress{Reader{*value}.array<4>()};
}

std::vector<IpAddress> DhcpOptions::addresses(DhcpOption code) const {
    std::vector<IpAddress> addresses;
    const Value* value = find(code);
    if (value == nullptr || value->size() % 4 != 0) return addresses;
    for (Reader in{*value}; in.remaining() > 0;) addresses.emplace_back(in.array<4>());
    return addresses;
}

std::optional<std::string> DhcpOptions::text(DhcpOption code) const {
    const Value* value = find(code);
    if (value == nullptr) return std::nullopt;
    return std::string{reinterpret_cast<const char*>(value->data()), value->size()};
}

std::optional<DhcpMessageType> DhcpMessage::type() const {
    const std::optional<std::uint8_t> number = options.u8(DhcpOption::message_type);
    if (!number || *number < static_cast<std::uint8_t>(DhcpMessageType::discover) ||
        *number > static_cast<std::uint8_t>(DhcpMessageType::inform))
        return std::nullopt;
    return static_cast<DhcpMessageType>(*number);
}

std::expected<DhcpMessage, Malformed> parse_dhcp(std::span<const std::byte> bytes) {
    Reader in{bytes};
    DhcpMessage message;
    message.operation = static_cast<DhcpOperation>(in.u8());
    const std::uint8_t hardware = in.u8();
    const std::uint8_t hardware_length = in.u8();
    message.hops = in.u8();
    message.transaction = in.u32();
    message.seconds = in.u16();
    message.broadcast = (in.u16() & broadcast_bit) != 0;
    for (IpAddress* address : {&message.client, &message.your, &message.server, &message.relay})
        *address = IpAddress{in.array<4>()};
    message.mac = MacAddress{in.array<mac_length>()};
    in.skip(chaddr_length - mac_length);
    const Reader sname{in.bytes(sname_length)};
    const Reader file{in.bytes(file_length)};
    const std::uint32_t cookie = in.u32();

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (cookie != magic_cookie) return std::unexpected{Malformed::bad_value};
    if (message.operation != DhcpOperation::boot_request && message.operation != DhcpOperation::boot_reply)
        return std::unexpected{Malformed::bad_value};
    if (hardware != hardware_ethernet || hardware_length != mac_length)
        return std::unexpected{Malformed::bad_length};
    auto options = read_all_options(in, file, sname);
    if (!options) return std::unexpected{options.error()};
    message.options = *std::move(options);
    return message;
}

std::vector<std::byte> write_dhcp(const DhcpMessage& message) {
    std::vector<std::byte> octets;
    Appender out{octets};
    out.u8(static_cast<std::uint8_t>(message.operation));
    out.u8(hardware_ethernet);
    out.u8(mac_length);
    out.u8(message.hops);
    out.u32(message.transaction);
    out.u16(message.seconds);
    out.u16(message.broadcast ? broadcast_bit : 0);
    for (const IpAddress* address : {&message.client, &message.your, &message.server, &message.relay})
        write_address(out, *address);
    out.bytes(message.mac.octets());
    out.zeros(chaddr_length - mac_length + sname_length + file_length);
    out.u32(magic_cookie);
    if (const auto* type = message.options.find(DhcpOption::message_type))
        write_option(out, DhcpOption::message_type, *type);
    for (const auto& [code, value] : message.options.all())
        if (code != DhcpOption::message_type) write_option(out, code, value);
    out.u8(end);
    if (out.size() < least_octets) out.zeros(least_octets - out.size());
    return octets;
}

std::string_view to_string(DhcpMessageType type) {
    constexpr std::array<std::string_view, 9> names{"",    "DISCOVER", "OFFER",   "REQUEST", "DECLINE",
                                                    "ACK", "NAK",      "RELEASE", "INFORM"};
    return names.at(static_cast<std::size_t>(type));
}

}  // namespace sockeye::wire
