#include "wire/pcapng_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sockeye::wire {
namespace {

// Block types (draft, "Block Type Codes").
constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t name_resolution = 4;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint32_t custom_copied = 0x00000bad;
constexpr std::uint32_t custom_not_copied = 0x40000bad;

constexpr std::uint16_t opt_endofopt = 0;
constexpr std::uint16_t opt_comment = 1;
constexpr std::uint16_t shb_userappl = 4;
constexpr std::uint16_t if_name = 2;
constexpr std::uint16_t if_description = 3;
constexpr std::uint16_t if_speed = 8;
constexpr std::uint16_t if_tsresol = 9;
constexpr std::uint16_t if_tsoffset = 14;
constexpr std::uint16_t epb_flags = 2;

constexpr std::uint16_t nrb_record_ipv4 = 1;
constexpr std::uint16_t nrb_record_ipv6 = 2;

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::uint32_t pcap_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t pcap_nanoseconds = 0xa1b23c4d;

constexpr std::uint64_t nanoseconds = 1'000'000'000;

/// 2^63 ticks a second times 10^9 is more than 64 bits hold.
__extension__ using Wide = __int128;

std::string_view characters(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A Reader that knows which end comes first.
class Fields {
public:
    Fields(std::span<const std::byte> bytes, std::endian order) : in_{bytes}, order_{order} {}

    std::uint8_t u8() { return in_.u8(); }
    std::uint16_t u16() { return turned(in_.u16()); }
    std::uint32_t u32() { return turned(in_.u32()); }
    std::uint64_t u64() { return turned(in_.u64()); }
    std::span<const std::byte> bytes(std::size_t octets) { return in_.bytes(octets); }
    template <std::size_t octets>
    auto array() {
        return in_.array<octets>();
    }
    /// `octets` and what fills them up to a multiple of 4.
    std::span<const std::byte> padded(std::size_t octets) {
        const auto value = in_.bytes(octets);
        in_.skip((4 - octets % 4) % 4);
        return value;
    }

    bool ok() const { return in_.ok(); }
    std::size_t remaining() const { return in_.remaining(); }
    std::span<const std::byte> rest() const { return in_.rest(); }

    /// Reads options, or records of names, until their end: code, length, value each.
    /// @param take  gets the code and the value as Fields
    template <typename Take>
    std::expected<void, Malformed> tagged(Take take) {
        while (in_.remaining() > 0) {
            const std::uint16_t code = u16();
            const std::uint16_t length = u16();
            const auto value = padded(length);
            if (!ok()) return std::unexpected{Malformed::bad_option};
            if (code == opt_endofopt) break;
            take(code, Fields{value, order_});
        }
        return {};
    }

private:
    template <std::unsigned_integral T>
    T turned(T value) const {
        return order_ == std::endian::big ? value : std::byteswap(value);
    }

    Reader in_;
    std::endian order_;
};

/// Ticks a second of if_tsresol, which is a power of 10 or, with its highest bit set, of 2.
std::optional<std::uint64_t> resolution(std::uint8_t octet) {
    const unsigned exponent = octet & 0x7f;
    if ((octet & 0x80) != 0)
        return exponent < 64 ? std::optional{std::uint64_t{1} << exponent} : std::nullopt;
    if (exponent > 19) return std::nullopt;
    std::uint64_t ticks = 1;
    for (unsigned i = 0; i < exponent; ++i) ticks *= 10;
    return ticks;
}

/// Without the zeros behind it.
std::string_view without_padding(std::string_view text) {
    const std::size_t end = text.find_last_not_of('\0');
    return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

void take_name(PcapngReader::Names& names, std::uint16_t code, Fields value) {
    IpAddress address;
    if (code == nrb_record_ipv4)
        address = IpAddress{value.array<4>()};
    else if (code == nrb_record_ipv6)
        address = IpAddress{value.array<16>()};
    else
        return;
    // Several names of one address stand one behind the other, a NUL behind each.
    std::string_view text = characters(value.rest());
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        if (end > 0 && names.names.size() < PcapngReader::maximum_names)
            names.names.push_back({address, text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

struct PcapngReader::Block {
    std::uint32_t type;
    Fields fields;
};

auto PcapngReader::next() -> std::expected<std::optional<Item>, Malformed> {
    if (failure_) return std::unexpected{*failure_};
    Read item = read_any();
    if (!item) failure_ = item.error();
    return item;
}

auto PcapngReader::read_any() -> Read {
    if (format_ == Format::unknown) {
        if (const auto read = read_magic(); !read) return std::unexpected{read.error()};
        if (format_ == Format::pcap) return Item{Interface{.linktype = linktype_ethernet}};
    }
    if (format_ == Format::pcap) return read_classic_packet();
    while (!rest_.empty()) {
        Read item = read_block();
        if (!item || item->has_value()) return item;
    }
    return std::nullopt;
}

/// Which format it is; reads pcap's header, and leaves pcapng's first block.
std::expected<void, Malformed> PcapngReader::read_magic() {
    Reader in{rest_};
    const std::uint32_t magic = in.u32();
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (magic == section_header) {
        format_ = Format::pcapng;
        return {};
    }
    for (const std::uint32_t known : {pcap_microseconds, pcap_nanoseconds}) {
        if (magic != known && magic != std::byteswap(known)) continue;
        format_ = Format::pcap;
        order_ = magic == known ? std::endian::big : std::endian::little;
        Fields header{rest_, order_};
        header.bytes(20);  // magic, version, two fields that nobody fills in, snapshot length
        const std::uint32_t linktype = header.u32() & 0xffff;
        if (!header.ok()) return std::unexpected{Malformed::truncated};
        if (linktype != linktype_ethernet) return std::unexpected{Malformed::bad_version};
        clocks_ = {{.ticks_per_second = known == pcap_nanoseconds ? nanoseconds : 1'000'000}};
        rest_ = header.rest();
        return {};
    }
    return std::unexpected{Malformed::bad_version};
}

auto PcapngReader::read_classic_packet() -> Read {
    if (rest_.empty()) return std::nullopt;
    Fields in{rest_, order_};
    const std::uint64_t seconds = in.u32();
    const std::uint64_t fraction = in.u32();
    const std::uint32_t kept = in.u32();
    const std::uint32_t original = in.u32();
    const auto frame = in.bytes(kept);
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    rest_ = in.rest();
    const Clock& clock = clocks_.front();
    return Item{PacketRecord{.at = instant(clock, seconds * clock.ticks_per_second + fraction),
                             .frame = frame,
                             .original_octets = original}};
}

/// An item, or nothing for a block that is skipped.
auto PcapngReader::read_block() -> Read {
    Fields in{rest_, order_};
    const std::uint32_t type = in.u32();
    Fields peek{in.rest(), std::endian::big};
    peek.bytes(sizeof(std::uint32_t));
    if (type == section_header) {
        // Its type reads the same both ways; what stands behind its length says which it is.
        const std::uint32_t magic = peek.u32();
        if (!peek.ok()) return std::unexpected{Malformed::truncated};
        if (magic != byte_order_magic && magic != std::byteswap(byte_order_magic))
            return std::unexpected{Malformed::bad_version};
        order_ = magic == byte_order_magic ? std::endian::big : std::endian::little;
        in = Fields{in.rest(), order_};
    }
    const std::uint32_t length = in.u32();
    if (!in.ok() || length > rest_.size()) return std::unexpected{Malformed::truncated};
    if (length < 12 || length % 4 != 0 || length > maximum_block)
        return std::unexpected{Malformed::bad_length};
    Fields body{rest_.first(length - 4).subspan(8), order_};
    Fields trailer{rest_.subspan(length - 4, 4), order_};
    if (trailer.u32() != length) return std::unexpected{Malformed::bad_length};
    rest_ = rest_.subspan(length);

    switch (type) {
        case section_header: return read_section({type, body});
        case interface_description: return read_interface({type, body});
        case enhanced_packet: return read_packet({type, body});
        case simple_packet: return read_simple_packet({type, body});
        case name_resolution: return read_names({type, body});
        case custom_copied:
        case custom_not_copied: return read_custom({type, body});
        default: return std::nullopt;
    }
}

auto PcapngReader::read_section(Block block) -> Read {
    Fields& in = block.fields;
    in.u32();  // the byte-order magic
    const std::uint16_t major = in.u16();
    in.u16();
    in.u64();  // the section's length: the blocks say where it ends
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (major != 1) return std::unexpected{Malformed::bad_version};
    clocks_.clear();
    snapshot_lengths_.clear();
    Section section;
    const auto read = in.tagged([&](std::uint16_t code, Fields value) {
        if (code == shb_userappl) section.application = characters(value.rest());
    });
    if (!read) return std::unexpected{read.error()};
    return Item{section};
}

auto PcapngReader::read_interface(Block block) -> Read {
    Fields& in = block.fields;
    Interface interface{.number = static_cast<std::uint32_t>(clocks_.size()), .linktype = in.u16()};
    in.u16();
    const std::uint32_t snapshot_length = in.u32();
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (clocks_.size() == maximum_interfaces) return std::unexpected{Malformed::too_many};
    Clock clock;
    bool known_resolution = true;
    const auto read = in.tagged([&](std::uint16_t code, Fields value) {
        if (code == if_name) interface.name = characters(value.rest());
        if (code == if_description) interface.description = characters(value.rest());
        if (code == if_speed) interface.bits_per_second = value.u64();
        if (code == if_tsoffset) clock.offset_seconds = static_cast<std::int64_t>(value.u64());
        if (code != if_tsresol) return;
        const auto ticks = resolution(value.u8());
        known_resolution = ticks.has_value();
        clock.ticks_per_second = ticks.value_or(clock.ticks_per_second);
    });
    if (!read) return std::unexpected{read.error()};
    if (!known_resolution) return std::unexpected{Malformed::bad_option};
    clocks_.push_back(clock);
    snapshot_lengths_.push_back(snapshot_length);
    return Item{interface};
}

auto PcapngReader::read_packet(Block block) -> Read {
    Fields& in = block.fields;
    PacketRecord packet{.interface = in.u32()};
    const std::uint64_t high = in.u32();
    const std::uint64_t ticks = high << 32 | in.u32();
    const std::uint32_t kept = in.u32();
    packet.original_octets = in.u32();
    packet.frame = in.padded(kept);
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (packet.interface >= clocks_.size()) return std::unexpected{Malformed::bad_value};
    packet.at = instant(clocks_[packet.interface], ticks);
    const auto read = in.tagged([&](std::uint16_t code, Fields value) {
        if (code == opt_comment && packet.comment.empty()) packet.comment = characters(value.rest());
        if (code == epb_flags) packet.direction = static_cast<PcapngWriter::Direction>(value.u32() & 3);
    });
    if (!read) return std::unexpected{read.error()};
    return Item{packet};
}

/// Of interface 0, without a time; as much of it is there as the interface keeps.
auto PcapngReader::read_simple_packet(Block block) -> Read {
    Fields& in = block.fields;
    const std::uint32_t original = in.u32();
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (clocks_.empty()) return std::unexpected{Malformed::bad_value};
    const std::uint32_t limit = snapshot_lengths_.front();
    const auto frame = in.bytes(limit == 0 ? original : std::min(original, limit));
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    return Item{PacketRecord{.frame = frame, .original_octets = original}};
}

auto PcapngReader::read_names(Block block) -> Read {
    Names names;
    const auto read =
        block.fields.tagged([&](std::uint16_t code, Fields value) { take_name(names, code, value); });
    if (!read) return std::unexpected{read.error()};
    return Item{std::move(names)};
}

auto PcapngReader::read_custom(Block block) -> Read {
    const std::uint32_t enterprise_number = block.fields.u32();
    if (!block.fields.ok()) return std::unexpected{Malformed::truncated};
    return Item{Custom{enterprise_number, without_padding(characters(block.fields.rest()))}};
}

Instant PcapngReader::instant(const Clock& clock, std::uint64_t ticks) {
    const std::uint64_t whole = ticks / clock.ticks_per_second;
    const std::uint64_t part = ticks % clock.ticks_per_second;
    const Wide scaled = Wide{part} * nanoseconds / clock.ticks_per_second;
    const Wide total = (Wide{whole} + clock.offset_seconds) * nanoseconds + scaled;
    constexpr Wide least = std::numeric_limits<std::int64_t>::min();
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    return Instant{Duration{static_cast<std::int64_t>(std::clamp(total, least, most))}};
}

}  // namespace sockeye::wire
