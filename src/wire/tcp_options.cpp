#include "wire/tcp_options.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/tcp.hpp"

namespace sockeye::wire {
namespace {

// Option kinds and their lengths in octets, kind and length included.
constexpr std::uint8_t end_of_options = 0;
constexpr std::uint8_t no_operation = 1;
constexpr std::uint8_t maximum_segment_size = 2;
constexpr std::uint8_t window_scale = 3;
constexpr std::uint8_t sack_permitted = 4;
constexpr std::uint8_t sack = 5;
constexpr std::uint8_t timestamps = 8;
constexpr std::uint8_t user_timeout = 28;

constexpr std::uint8_t mss_length = 4;
constexpr std::uint8_t window_scale_length = 3;
constexpr std::uint8_t sack_permitted_length = 2;
constexpr std::uint8_t timestamps_length = 10;
constexpr std::uint8_t user_timeout_length = 4;
constexpr std::size_t sack_block_length = 8;

constexpr std::size_t most_octets = 40;  // what the data offset leaves

constexpr bool is_legal(std::uint8_t kind, std::uint8_t length) {
    switch (kind) {
        case maximum_segment_size: return length == mss_length;
        case window_scale: return length == window_scale_length;
        case sack_permitted: return length == sack_permitted_length;
        case timestamps: return length == timestamps_length;
        case user_timeout: return length == user_timeout_length;
        case sack: return length > 2 && (length - 2U) % sack_block_length == 0 && length <= most_octets;
        default: return true;
    }
}

// RFC 5482 §3.2: fifteen bits, and one that says whether they are minutes.
constexpr std::uint16_t in_minutes = 0x8000;
constexpr std::uint16_t most_units = 0x7fff;
constexpr std::uint32_t minute = 60;

constexpr std::uint32_t read_timeout(std::uint16_t field) {
    return (field & most_units) * ((field & in_minutes) != 0 ? minute : 1);
}

/// What is too long for seconds is rounded up to minutes.
constexpr std::uint16_t timeout_field(std::uint32_t seconds) {
    if (seconds <= most_units) return static_cast<std::uint16_t>(seconds);
    const std::uint32_t minutes = seconds / minute + (seconds % minute != 0 ? 1 : 0);
    return static_cast<std::uint16_t>(in_minutes | std::min<std::uint32_t>(minutes, most_units));
}

SackBlocks read_blocks(Reader value) {
    SackBlocks blocks;  // 40 octets of options hold no more than 4
    while (value.remaining() > 0) {
        const Sequence left{value.u32()};
        blocks.push_back({left, Sequence{value.u32()}});
    }
    return blocks;
}

void take_option(TcpHeader& header, std::uint8_t kind, Reader value) {
    switch (kind) {
        case maximum_segment_size: header.mss = value.u16(); break;
        case window_scale: header.window_scale = value.u8(); break;
        case sack_permitted: header.sack_permitted = true; break;
        case sack: header.sack = read_blocks(value); break;
        case timestamps: header.timestamps = TcpTimestamps{.value = value.u32(), .echo = value.u32()}; break;
        case user_timeout: header.user_timeout = read_timeout(value.u16()); break;
        default: break;
    }
}

std::size_t size_without_sack(const TcpHeader& header) {
    std::size_t size = 0;
    if (header.mss) size += 4;
    if (header.timestamps)
        size += 12;  // the two octets in front are SACK-permitted or padding
    else if (header.sack_permitted)
        size += 4;
    if (header.window_scale) size += 4;
    if (header.user_timeout) size += user_timeout_length;
    return size;
}

std::size_t blocks_that_fit(const TcpHeader& header) {
    const std::size_t room = most_octets - size_without_sack(header);
    return room < 4 ? 0 : std::min(header.sack.size(), (room - 4) / sack_block_length);
}

/// As nearly every segment of a stream.
bool has_timestamps_alone(const TcpHeader& header) {
    return header.timestamps && header.sack.empty() && !header.mss && !header.sack_permitted &&
           !header.window_scale && !header.user_timeout;
}

void write_timestamps_alone(Writer& out, const TcpTimestamps& values) {
    constexpr std::uint32_t begin =
        no_operation << 24 | no_operation << 16 | timestamps << 8 | timestamps_length;
    out.u32(begin);
    out.u32(values.value);
    out.u32(values.echo);
}

/// Two octets in front of the timestamps, or four octets if there are none.
void write_sack_permitted(Writer& out, const TcpHeader& header) {
    if (!header.timestamps && !header.sack_permitted) return;
    if (!header.timestamps || !header.sack_permitted) {
        out.u8(no_operation);
        out.u8(no_operation);
    }
    if (!header.sack_permitted) return;
    out.u8(sack_permitted);
    out.u8(sack_permitted_length);
}

void write_sack(Writer& out, const TcpHeader& header) {
    const std::size_t blocks = blocks_that_fit(header);
    if (blocks == 0) return;
    out.u8(no_operation);
    out.u8(no_operation);
    out.u8(sack);
    out.u8(static_cast<std::uint8_t>(2 + blocks * sack_block_length));
    for (std::size_t i = 0; i < blocks; ++i) {
        out.u32(header.sack[i].left.raw());
        out.u32(header.sack[i].right.raw());
    }
}

}  // namespace

std::size_t tcp_options_size(const TcpHeader& header) {
    if (has_timestamps_alone(header)) return timestamps_length + 2;
    const std::size_t blocks = blocks_that_fit(header);
    return size_without_sack(header) + (blocks > 0 ? 4 + blocks * sack_block_length : 0);
}

std::expected<void, Malformed> parse_tcp_options(std::span<const std::byte> bytes, TcpHeader& header) {
    Reader in{bytes};
    while (in.remaining() > 0) {
        const std::uint8_t kind = in.u8();
        if (kind == end_of_options) return {};
        if (kind == no_operation) continue;
        const std::uint8_t length = in.u8();
        if (!in.ok() || length < 2) return std::unexpected{Malformed::bad_option};
        const Reader value{in.bytes(length - std::size_t{2})};
        if (!in.ok() || !is_legal(kind, length)) return std::unexpected{Malformed::bad_option};
        take_option(header, kind, value);
    }
    return {};
}

void write_tcp_options(std::span<std::byte> room, const TcpHeader& header) {
    Writer out{room};
    if (has_timestamps_alone(header)) return write_timestamps_alone(out, *header.timestamps);
    if (header.mss) {
        out.u8(maximum_segment_size);
        out.u8(mss_length);
        out.u16(*header.mss);
    }
    write_sack_permitted(out, header);
    if (header.timestamps) {
        out.u8(timestamps);
        out.u8(timestamps_length);
        out.u32(header.timestamps->value);
        out.u32(header.timestamps->echo);
    }
    if (header.window_scale) {
        out.u8(no_operation);
        out.u8(window_scale);
        out.u8(window_scale_length);
        out.u8(*header.window_scale);
    }
    if (header.user_timeout) {
        out.u8(user_timeout);
        out.u8(user_timeout_length);
        out.u16(timeout_field(*header.user_timeout));
    }
    write_sack(out, header);
    assert(out.remaining() == 0);
}

}  // namespace sockeye::wire
