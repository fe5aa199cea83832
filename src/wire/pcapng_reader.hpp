// Reads recordings: pcapng (draft-ietf-opsawg-pcapng) in both byte orders, and the classic pcap format.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/reader.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/malformed.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::wire {

/// Hands out item after item of a file that is in memory. Whatever it hands out views the file.
/// Blocks of kinds that are not listed here are skipped, as are options.
class PcapngReader {
public:
    static constexpr std::size_t maximum_interfaces = 65536;        // in one section
    static constexpr std::size_t maximum_names = 65536;             // in one block; the others are skipped
    static constexpr std::size_t maximum_block = 16 * 1024 * 1024;  // octets, as in Wireshark
    static constexpr std::uint16_t linktype_ethernet = 1;

    /// Interfaces are numbered anew behind it.
    struct Section {
        std::string_view application{};  ///< shb_userappl
    };
    struct Interface {
        std::uint32_t number = 0;
        std::uint16_t linktype = 0;
        std::string_view name{};
        std::string_view description{};
        std::uint64_t bits_per_second = 0;  ///< 0: not said
    };
    struct Name {
        IpAddress address{};
        std::string_view name{};
    };
    struct Names {
        std::vector<Name> names{};
    };
    struct PacketRecord {
        std::uint32_t interface = 0;
        Instant at{};  ///< since 1970, cut to nanoseconds and at the ends of what an Instant can say
        std::span<const std::byte> frame{};
        std::uint32_t original_octets = 0;  ///< more than frame.size() where the frame was cut
        PcapngWriter::Direction direction = PcapngWriter::Direction::unknown;
        std::string_view comment{};  ///< the first one
    };
    struct Custom {
        std::uint32_t enterprise_number = 0;
        std::string_view text{};  ///< without the zeros that fill up the last four octets
    };
    using Item = std::variant<Section, Interface, Names, PacketRecord, Custom>;

    /// @param file  must outlive the reader and its items
    explicit PcapngReader(std::span<const std::byte> file) : rest_{file} {}

    /// The next item, or nothing at the end of the file.
    /// @returns truncated, bad_length, bad_option, bad_version (no such format, or pcapng of
    ///   another major version), bad_value (an interface that was not described) or too_many;
    ///   behind an error the file cannot be read on, and every later call returns it again.
    std::expected<std::optional<Item>, Malformed> next();

private:
    /// How an interface counts time.
    struct Clock {
        std::uint64_t ticks_per_second = 1'000'000;
        std::int64_t offset_seconds = 0;
    };
    struct Block;
    using Read = std::expected<std::optional<Item>, Malformed>;

    Read read_any();
    Read read_block();
    std::expected<void, Malformed> read_magic();
    Read read_classic_packet();
    Read read_section(Block block);
    Read read_interface(Block block);
    Read read_packet(Block block);
    Read read_simple_packet(Block block);
    static Read read_names(Block block);
    static Read read_custom(Block block);
    static Instant instant(const Clock& clock, std::uint64_t ticks);

    enum class Format : std::uint8_t { unknown, pcapng, pcap };

    std::span<const std::byte> rest_;
    Format format_ = Format::unknown;
    std::endian order_ = std::endian::big;
    std::vector<Clock> clocks_{};  ///< one an interface of this section
    std::vector<std::uint32_t> snapshot_lengths_{};
    std::optional<Malformed> failure_{};
};

}  // namespace sockeye::wire
