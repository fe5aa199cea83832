// Who holds which local port (RFC 6335), and the choice of an ephemeral one (RFC 6056 §3.3.1).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <utility>

#include "base/random.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye::transport {

/// SO_REUSEADDR as Linux means it: an address may be claimed again as long as everybody who holds
/// it allowed that and nobody listens on it. So a server starts again over its old connections.
enum class Reuse : std::uint8_t { refused, allowed };

class Ports;

/// A hold on a local address and port, given back when it is destroyed. It must not outlive its Ports.
class PortClaim {
public:
    PortClaim() = default;
    PortClaim(PortClaim&& other) noexcept { swap(other); }
    PortClaim& operator=(PortClaim other) noexcept {
        swap(other);
        return *this;
    }
    ~PortClaim();

    /// The address asked for, with the port that was chosen where none was.
    Address local() const { return {ip_, port_}; }
    Reuse reuse() const { return reuse_; }

    /// From now on nobody else can claim the address.
    /// @returns Errc::address_in_use where somebody listens on it already.
    Result<void> listen();

private:
    friend class Ports;
    enum class Role : std::uint8_t { bound, listening };
    PortClaim(Ports& ports, const Address& local, Reuse reuse);
    void swap(PortClaim& other) noexcept;

    Ports* ports_ = nullptr;
    IpAddress ip_;
    std::uint16_t port_ = 0;
    Reuse reuse_ = Reuse::refused;
    Role role_ = Role::bound;
};

/// One protocol's ports on one host.
class Ports {
public:
    /// RFC 6335 §6: the dynamic ports.
    static constexpr std::uint16_t first_ephemeral = 49152;
    static constexpr std::uint16_t last_ephemeral = 65535;

    explicit Ports(Random random) : random_{random} {}

    /// @param local  port 0: an ephemeral port at random
    /// @returns
    ///   - Errc::address_in_use       somebody holds the port on this address
    ///   - Errc::resources_exhausted  every ephemeral port is held
    Result<PortClaim> claim(const Address& local, Reuse reuse);

    /// For a connection that arrived at a listener's port: always granted.
    PortClaim share(const PortClaim& listener, const Address& local) {
        return PortClaim{*this, local, listener.reuse()};
    }

private:
    friend class PortClaim;
    /// Equal holds are counted in one entry: a server's connections all have the same.
    struct Hold {
        std::uint16_t port;
        IpAddress ip;
        Reuse reuse;
        PortClaim::Role role;
        friend auto operator<=>(const Hold&, const Hold&) = default;
    };
    enum class Intent : std::uint8_t { claim, listen };

    bool conflicts(const Address& local, Reuse reuse, Intent intent) const;
    Result<std::uint16_t> choose(const Address& local);
    void add(const Hold& hold) { ++holds_[hold]; }
    void remove(const Hold& hold);

    Random random_;
    std::map<Hold, std::uint32_t> holds_;
};

}  // namespace sockeye::transport
