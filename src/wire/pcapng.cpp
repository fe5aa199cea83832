#include "wire/pcapng.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <concepts>
#include <limits>

namespace sockeye::wire {
namespace {

// Block types (draft, "Block Type Codes").
constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t name_resolution = 4;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint32_t custom_copied = 0x00000bad;  // a tool that edits the file may keep it

// Option codes: each kind of block has its own, but for the first two.
constexpr std::uint16_t opt_endofopt = 0;
constexpr std::uint16_t opt_comment = 1;
constexpr std::uint16_t shb_userappl = 4;
constexpr std::uint16_t if_name = 2;
constexpr std::uint16_t if_description = 3;
constexpr std::uint16_t if_speed = 8;
constexpr std::uint16_t if_tsresol = 9;
constexpr std::uint16_t epb_flags = 2;

constexpr std::uint16_t nrb_record_end = 0;
constexpr std::uint16_t nrb_record_ipv4 = 1;
constexpr std::uint16_t nrb_record_ipv6 = 2;

constexpr std::uint16_t linktype_ethernet = 1;
constexpr std::size_t longest_value = std::numeric_limits<std::uint16_t>::max();

std::string_view characters(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <std::unsigned_integral T>
std::array<char, sizeof(T)> little_endian(T value) {
    std::array<char, sizeof(T)> octets;
    for (std::size_t i = 0; i < sizeof(T); ++i) octets[i] = static_cast<char>(value >> (8 * i) & 0xff);
    return octets;
}

/// One block: its type and length stand in front, its length again behind.
class Block {
public:
    Block(std::string& out, std::uint32_t type) : out_{out}, start_{out.size()} {
        number(type);
        number(std::uint32_t{0});  // the length, known when the block ends
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    ~Block() {
        const auto length = static_cast<std::uint32_t>(out_.size() - start_ + sizeof(std::uint32_t));
        number(length);
        const auto octets = little_endian(length);
        std::copy_n(octets.data(), octets.size(), &out_[start_ + sizeof(std::uint32_t)]);
    }

    template <std::unsigned_integral T>
    void number(T value) {
        const auto octets = little_endian(value);
        out_.append(octets.data(), octets.size());
    }

    /// Filled up with zeros to a multiple of 4.
    void padded(std::string_view octets) {
        out_ += octets;
        out_.append((4 - octets.size() % 4) % 4, '\0');
    }

    /// Options and name records alike: code, length, value.
    void tagged(std::uint16_t code, std::string_view value) {
        const std::string_view fitting = value.substr(0, longest_value);
        number(code);
        number(static_cast<std::uint16_t>(fitting.size()));
        padded(fitting);
    }
    template <std::unsigned_integral T>
    void number_option(std::uint16_t code, T value) {
        const auto octets = little_endian(value);
        tagged(code, {octets.data(), octets.size()});
    }
    void text_option(std::uint16_t code, std::string_view text) {
        if (!text.empty()) tagged(code, text);
    }
    void end_of_options() { tagged(opt_endofopt, {}); }

private:
    std::string& out_;
    std::size_t start_;
};

}  // namespace

void PcapngWriter::section(std::string_view application) {
    Block block{*out_, section_header};
    block.number(std::uint32_t{0x1a2b3c4d});  // by which a reader knows the byte order
    block.number(std::uint16_t{1});           // version 1.0
    block.number(std::uint16_t{0});
    block.number(std::numeric_limits<std::uint64_t>::max());  // length of the section: not said
    block.text_option(shb_userappl, application);
    block.end_of_options();
    interfaces_ = 0;
}

std::uint32_t PcapngWriter::interface(const Interface& interface) {
    Block block{*out_, interface_description};
    block.number(linktype_ethernet);
    block.number(std::uint16_t{0});
    block.number(std::uint32_t{0});  // no limit to the octets kept of a packet
    block.text_option(if_name, interface.name);
    block.text_option(if_description, interface.description);
    if (interface.bits_per_second > 0) block.number_option(if_speed, interface.bits_per_second);
    block.number_option(if_tsresol, std::uint8_t{9});  // 10^-9 s
    block.end_of_options();
    return interfaces_++;
}

void PcapngWriter::names(std::span<const NameRecord> records) {
    Block block{*out_, name_resolution};
    for (const NameRecord& record : records) {
        const bool v4 = record.address.family() == Family::inet;
        std::string value{characters(std::as_bytes(record.address.octets()))};
        value += std::string_view{record.name}.substr(0, longest_value - value.size() - 1);
        value += '\0';
        block.tagged(v4 ? nrb_record_ipv4 : nrb_record_ipv6, value);
    }
    block.tagged(nrb_record_end, {});
}

void PcapngWriter::packet(const PacketRecord& record) {
    assert(record.interface < interfaces_);
    const auto at = static_cast<std::uint64_t>(std::max(record.at.since_zero(), Duration::zero()).count());
    const auto size = static_cast<std::uint32_t>(record.frame.size());
    Block block{*out_, enhanced_packet};
    block.number(record.interface);
    block.number(static_cast<std::uint32_t>(at >> 32));
    block.number(static_cast<std::uint32_t>(at));
    block.number(size);  // octets kept
    block.number(std::max(size, record.octets));
    block.padded(characters(record.frame));
    block.text_option(opt_comment, record.comment);
    block.number_option(epb_flags, static_cast<std::uint32_t>(record.direction));
    block.end_of_options();
}

void PcapngWriter::custom(std::string_view text) {
    assert(!text.contains('\0'));
    Block block{*out_, custom_copied};
    block.number(enterprise_number);
    block.padded(text);
}

}  // namespace sockeye::wire
