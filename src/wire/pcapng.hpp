// Writes recordings in the format of Wireshark and tcpdump: pcapng (draft-ietf-opsawg-pcapng).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sockeye/address.hpp"
#include "sockeye/time.hpp"

namespace sockeye::wire {

/// Appends block after block to a string that the caller owns, writes out and empties as it
/// likes. Little-endian on every machine, so that the same run gives the same file.
/// Text longer than an option's 65535 octets is cut off there.
class PcapngWriter {
public:
    struct Interface {
        std::string_view name{};
        std::string_view description{};
        std::uint64_t bits_per_second = 0;  ///< 0: not said
    };

    struct NameRecord {
        IpAddress address{};
        std::string name{};
    };

    /// As that interface's machine sees it (epb_flags, bits 0 and 1).
    enum class Direction : std::uint8_t { unknown = 0, inbound = 1, outbound = 2 };

    struct PacketRecord {
        std::uint32_t interface = 0;  ///< what interface() returned
        Instant at{};                 ///< shown as time since 1970: a lab starts there
        std::span<const std::byte> frame{};
        std::uint32_t octets = 0;  ///< that there were, if that is more than `frame` has
        Direction direction = Direction::unknown;
        std::string_view comment{};  ///< empty: none
    };

    /// IANA's number for examples and documentation (RFC 5612), as Sockeye has none of its own:
    /// a reader must look at the text to know that a custom block is Sockeye's.
    static constexpr std::uint32_t enterprise_number = 32473;

    explicit PcapngWriter(std::string& out) : out_{&out} {}

    /// A section header; must come first. `application` goes into shb_userappl.
    void section(std::string_view application);

    /// Describes one Ethernet interface with times in nanoseconds.
    /// @returns its number in packet records: 0, 1, 2 …
    std::uint32_t interface(const Interface& interface);

    /// Names of addresses. Before the packets, or a reader in one pass does not show them.
    void names(std::span<const NameRecord> records);

    /// @pre record.interface was returned by interface()
    void packet(const PacketRecord& record);

    /// A custom block, which other tools keep and show as it is. Best written last: Wireshark
    /// numbers it among the packets. It refuses blocks over 16 MiB.
    /// @param text  without NUL octets: up to three stand behind it as padding
    void custom(std::string_view text);

private:
    std::string* out_;
    std::uint32_t interfaces_ = 0;
};

}  // namespace sockeye::wire
