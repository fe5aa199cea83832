// Domain name messages (RFC 1035 §4): bytes to values and back, with name compression and EDNS(0) (RFC 6891).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sockeye/address.hpp"
#include "wire/dns_name.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// Any other number is possible; its data stays octets.
enum class DnsType : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    txt = 16,
    aaaa = 28,
    opt = 41,   ///< never a record here: DnsMessage::edns
    any = 255,  ///< in questions alone
};

enum class DnsClass : std::uint16_t { internet = 1, any = 255 };

enum class DnsOpcode : std::uint8_t { query = 0, status = 2, notify = 4, update = 5 };

/// Four bits; more with EDNS (DnsEdns::extended_code).
enum class DnsCode : std::uint8_t {
    no_error = 0,
    format_error = 1,
    server_failure = 2,
    name_error = 3,  ///< NXDOMAIN: no such name
    not_implemented = 4,
    refused = 5,
};

struct DnsQuestion {
    DnsName name{};
    DnsType type = DnsType::a;
    DnsClass question_class = DnsClass::internet;

    friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

/// RFC 1035 §3.3.13; the times are seconds.
struct DnsSoa {
    DnsName primary{};
    DnsName mailbox{};
    std::uint32_t serial = 0;
    std::uint32_t refresh = 0;
    std::uint32_t retry = 0;
    std::uint32_t expire = 0;
    std::uint32_t minimum = 0;  ///< how long "no such name" may be kept (RFC 2308)

    friend bool operator==(const DnsSoa&, const DnsSoa&) = default;
};

/// RFC 1035 §3.3.14: one or more strings of at most 255 octets.
struct DnsText {
    std::vector<std::string> strings{};

    friend bool operator==(const DnsText&, const DnsText&) = default;
};

/// Data of a type that is not known (RFC 3597).
struct DnsOpaque {
    std::vector<std::byte> octets{};

    friend bool operator==(const DnsOpaque&, const DnsOpaque&) = default;
};

/// By type: A and AAAA an IpAddress; NS, CNAME and PTR a DnsName; SOA; TXT; all others octets.
using DnsData = std::variant<IpAddress, DnsName, DnsSoa, DnsText, DnsOpaque>;

struct DnsRecord {
    DnsName name{};
    DnsType type = DnsType::a;
    DnsClass record_class = DnsClass::internet;
    std::uint32_t ttl = 0;  ///< seconds
    DnsData data{};

    friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

/// What the OPT record says (RFC 6891 §6.1).
struct DnsEdns {
    std::uint16_t udp_payload = 1232;  ///< octets that the sender takes; under 512 counts as 512
    std::uint8_t extended_code = 0;    ///< the upper eight bits of the response code
    std::uint8_t version = 0;
    bool dnssec_ok = false;
    std::vector<std::byte> options{};  ///< code, length, value each; not looked into

    friend bool operator==(const DnsEdns&, const DnsEdns&) = default;
};

struct DnsMessage {
    static constexpr std::size_t header_size = 12;   // octets
    static constexpr std::size_t plain_limit = 512;  // octets over UDP without EDNS (RFC 1035 §4.2.1)

    std::uint16_t id = 0;
    bool is_response = false;
    DnsOpcode opcode = DnsOpcode::query;
    bool authoritative = false;
    bool truncated = false;  ///< TC: more did not fit; ask again over TCP
    bool recursion_desired = false;
    bool recursion_available = false;
    bool authentic_data = false;     ///< RFC 4035 §3.2.3
    bool checking_disabled = false;  ///< RFC 4035 §3.2.2
    DnsCode code = DnsCode::no_error;
    std::vector<DnsQuestion> questions{};
    std::vector<DnsRecord> answers{};
    std::vector<DnsRecord> authorities{};
    std::vector<DnsRecord> additionals{};  ///< without the OPT record
    std::optional<DnsEdns> edns{};

    friend bool operator==(const DnsMessage&, const DnsMessage&) = default;
};

/// Reads a whole message, as it stands in a UDP datagram (over TCP its length stands in front,
/// RFC 1035 §4.2.2). Octets behind it are ignored.
/// @returns truncated, bad_length (data of another size than its type), bad_value (a label of an
///   unknown kind, a name over 255 octets, an OPT record not at the root, a second one) or too_many
///   (a name that follows more pointers than a name can need, or one that does not point back)
std::expected<DnsMessage, Malformed> parse_dns(std::span<const std::byte> bytes);

/// Writes a message with compressed names (RFC 1035 §4.1.4). What does not fit into `limit` octets
/// is left out, whole records from the end of the answers on, and TC is set; additional records
/// are left out without it (RFC 2181 §9). Questions and OPT are always written.
/// @param limit  octets, at most 65535
/// @pre each record's data is of its type; a TXT string has at most 255 octets
std::vector<std::byte> write_dns(const DnsMessage& message, std::size_t limit = 65535);

}  // namespace sockeye::wire
