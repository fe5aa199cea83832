// Addresses: IP addresses of both families, prefixes, and socket addresses with one grammar.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye {

enum class Family : std::uint8_t { inet, inet6, unix_ };

/// An IPv4 or IPv6 address (RFC 791, RFC 4291): network byte order, no port, no scope.
class IpAddress {
public:
    constexpr IpAddress() = default;  ///< 0.0.0.0
    constexpr explicit IpAddress(std::array<std::uint8_t, 4> v4) : octets_{v4[0], v4[1], v4[2], v4[3]} {}
    constexpr explicit IpAddress(std::array<std::uint8_t, 16> v6) : octets_{v6}, family_{Family::inet6} {}

    /// Dotted quad in four decimal parts without leading zeros, or RFC 4291 §2.2 text.
    /// @returns Errc::invalid_argument with a detail that names the mistake.
    static Result<IpAddress> parse(std::string_view text);
    static constexpr IpAddress any(Family family) {
        return family == Family::inet6 ? IpAddress{std::array<std::uint8_t, 16>{}} : IpAddress{};
    }
    static constexpr IpAddress loopback(Family family) {
        if (family == Family::inet) return IpAddress{std::array<std::uint8_t, 4>{127, 0, 0, 1}};
        return IpAddress{std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    }

    constexpr Family family() const { return family_; }
    /// 4 or 16 octets in network order; valid while the address is.
    constexpr std::span<const std::uint8_t> octets() const { return {octets_.data(), size()}; }
    constexpr std::size_t size() const { return family_ == Family::inet ? 4 : 16; }

    bool is_unspecified() const;  ///< 0.0.0.0 or ::
    bool is_loopback() const;     ///< 127.0.0.0/8 or ::1
    bool is_multicast() const;    ///< 224.0.0.0/4 or ff00::/8
    bool is_broadcast() const;    ///< 255.255.255.255 alone

    /// RFC 5952 text for IPv6: "192.0.2.1", "2001:db8::1".
    std::string to_string() const;

    friend constexpr bool operator==(const IpAddress& a, const IpAddress& b) {
        const auto x = std::bit_cast<std::array<std::uint64_t, 2>>(a.octets_);
        const auto y = std::bit_cast<std::array<std::uint64_t, 2>>(b.octets_);
        return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0 && a.family_ == b.family_;
    }
    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    std::array<std::uint8_t, 16> octets_{};
    Family family_ = Family::inet;
};

/// An address and how many of its leading bits name the network: "10.0.0.1/24" (RFC 4632).
struct Prefix {
    IpAddress address;
    std::uint8_t bits = 0;

    /// "10.0.0.1/24", "10.0.0.1/255.255.255.0", "2001:db8::1/64".
    /// @returns Errc::invalid_argument with a detail that names the mistake.
    static Result<Prefix> parse(std::string_view text);

    bool contains(const IpAddress& other) const;
    IpAddress network() const;    ///< the host bits cleared
    IpAddress netmask() const;    ///< the network's bits set, the host's cleared: 255.255.255.0
    IpAddress broadcast() const;  ///< the host bits set (IPv4); for IPv6 the last address
    std::string to_string() const;

    friend bool operator==(const Prefix&, const Prefix&) = default;
};

/// Where a socket is: IP address and port, or a name in the machine's unix namespace.
/// Always numeric; names are a Target's business.
class Address {
public:
    /// 0.0.0.0:0
    Address() = default;
    Address(IpAddress ip, std::uint16_t port, std::uint32_t scope = 0)
        : ip_{ip}, port_{port}, scope_{scope} {}
    /// Python's pair: "" is 0.0.0.0, "<broadcast>" is 255.255.255.255, else numeric.
    /// @throws std::invalid_argument for a malformed literal: it is a mistake in the program.
    Address(std::string_view host, std::uint16_t port);

    /// "10.0.0.1:9001", "[2001:db8::1]:9001", "[fe80::1%2]:9001" (scope: an interface's number),
    /// ":9001" (every interface, both families: [::]:9001), "unix:/path", "unix:@abstract".
    /// @returns Errc::invalid_argument with a detail that says what was meant to stand there.
    static Result<Address> parse(std::string_view text);

    /// @param path  file system path, or '@' and an abstract name; at most 107 octets. Empty: the
    ///   address of a socket that was never bound (the peer of most unix connections).
    static Result<Address> unix_path(std::string_view path);

    Family family() const { return path_ ? Family::unix_ : ip_.family(); }
    const IpAddress& ip() const { return ip_; }
    std::uint16_t port() const { return port_; }
    std::uint32_t scope() const { return scope_; }
    /// The unix path, '@' first if abstract; empty for IP.
    std::string_view path() const { return path_ ? std::string_view{*path_} : std::string_view{}; }

    /// What parse() reads back.
    std::string to_string() const;

    friend bool operator==(const Address& a, const Address& b) {
        return a.ip_ == b.ip_ && a.port_ == b.port_ && a.scope_ == b.scope_ && a.path() == b.path();
    }

private:
    IpAddress ip_;
    std::uint16_t port_ = 0;
    std::uint32_t scope_ = 0;
    std::shared_ptr<const std::string> path_;
};

enum class Transport : std::uint8_t { tcp, udp };

/// What a person writes for the far end: "tcp://web.example:80", "udp://10.0.0.1:53",
/// "localhost:9001" (tcp unless said), and every form of Address.
struct Target {
    Transport transport = Transport::tcp;
    std::string host;  ///< a name or a numeric address without brackets; empty: every interface
    std::uint16_t port = 0;
    std::string path;  ///< "/path" or "@name" for unix:, else empty

    Target() = default;
    Target(std::string host_, std::uint16_t port_) : host{std::move(host_)}, port{port_} {}
    Target(const Address& address);

    /// @returns Errc::invalid_argument whose detail names the mistake and the remedy, such as
    ///   "10.0.0.1 has no port: write 10.0.0.1:9001".
    static Result<Target> parse(std::string_view text);

    /// The address itself where the host is numeric, empty, or "localhost" (always loopback,
    /// RFC 6761 §6.3); Errc::name_not_found for any other name.
    Result<Address> numeric() const;

    std::string to_string() const;

    friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace sockeye
