// DHCP for IPv4 (RFC 2131 §2) and its options (RFC 2132, RFC 3396).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

enum class DhcpOperation : std::uint8_t { boot_request = 1, boot_reply = 2 };

/// RFC 2132 §9.6.
enum class DhcpMessageType : std::uint8_t {
    discover = 1,
    offer = 2,
    request = 3,
    decline = 4,
    ack = 5,
    nak = 6,
    release = 7,
    inform = 8,
};

/// Codes of options (RFC 2132); any other number is possible.
enum class DhcpOption : std::uint8_t {
    subnet_mask = 1,
    routers = 3,
    dns_servers = 6,
    host_name = 12,
    domain_name = 15,
    interface_mtu = 26,
    broadcast_address = 28,
    requested_address = 50,
    lease_time = 51,  ///< seconds
    overload = 52,    ///< never among a message's options: parse_dhcp() follows it
    message_type = 53,
    server_identifier = 54,
    parameter_request_list = 55,
    message = 56,
    maximum_message_size = 57,
    renewal_time = 58,    ///< T1, seconds
    rebinding_time = 59,  ///< T2, seconds
    client_identifier = 61,
};

/// Values by code, which are octets until they are asked for as something.
class DhcpOptions {
public:
    using Value = std::vector<std::byte>;

    void set(DhcpOption code, Value value) { values_[code] = std::move(value); }
    void set_u8(DhcpOption code, std::uint8_t value);
    void set_u16(DhcpOption code, std::uint16_t value);
    void set_u32(DhcpOption code, std::uint32_t value);
    void set_address(DhcpOption code, const IpAddress& address) { set_addresses(code, {&address, 1}); }
    void set_addresses(DhcpOption code, std::span<const IpAddress> addresses);
    void set_text(DhcpOption code, std::string_view text);

    /// Nothing where the option is not there or has another size than what is asked for.
    const Value* find(DhcpOption code) const;
    std::optional<std::uint8_t> u8(DhcpOption code) const;
    std::optional<std::uint16_t> u16(DhcpOption code) const;
    std::optional<std::uint32_t> u32(DhcpOption code) const;
    std::optional<IpAddress> address(DhcpOption code) const;
    std::vector<IpAddress> addresses(DhcpOption code) const;
    std::optional<std::string> text(DhcpOption code) const;

    const std::map<DhcpOption, Value>& all() const { return values_; }

    friend bool operator==(const DhcpOptions&, const DhcpOptions&) = default;

private:
    std::map<DhcpOption, Value> values_;
};

struct DhcpMessage {
    static constexpr std::uint16_t server_port = 67;
    static constexpr std::uint16_t client_port = 68;

    DhcpOperation operation = DhcpOperation::boot_request;
    std::uint8_t hops = 0;
    std::uint32_t transaction = 0;  ///< xid
    std::uint16_t seconds = 0;      ///< since the client began
    bool broadcast = false;         ///< the client cannot take unicast yet
    IpAddress client{};             ///< ciaddr: set by a client that may answer ARP for it
    IpAddress your{};               ///< yiaddr: what the client is given
    IpAddress server{};             ///< siaddr
    IpAddress relay{};              ///< giaddr
    MacAddress mac{};               ///< chaddr
    DhcpOptions options{};

    /// Nothing in a message of BOOTP, or with a number that is no type.
    std::optional<DhcpMessageType> type() const;

    friend bool operator==(const DhcpMessage&, const DhcpMessage&) = default;
};

/// Reads the payload of a UDP datagram. Options that come in several parts are put together
/// (RFC 3396), those in `sname` and `file` included (option 52); both fields are ignored otherwise.
/// @returns truncated, bad_value (no magic cookie, another operation), bad_length (hardware other
///   than Ethernet) or bad_option
std::expected<DhcpMessage, Malformed> parse_dhcp(std::span<const std::byte> bytes);

/// The message type stands first, the others in order of their codes; a value over 255 octets is
/// written in parts. Padded to BOOTP's 300 octets (RFC 1542 §2.1).
/// @pre all four addresses are IPv4
std::vector<std::byte> write_dhcp(const DhcpMessage& message);

/// "DISCOVER", "ACK".
std::string_view to_string(DhcpMessageType type);

}  // namespace sockeye::wire
