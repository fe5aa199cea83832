// One host's IP (RFC 791, RFC 1122 §3): interfaces, routes and neighbours. No I/O and no clock.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "link/device.hpp"
#include "network/interface.hpp"
#include "network/packet.hpp"
#include "network/routes.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

/// A host, not a router: what is not meant for it is dropped. Packets to its own addresses and to
/// the loopback network never reach a device; poll() returns them.
class Ip {
public:
    /// Octets of packet that the loopback takes: what IPv4's total length can say.
    static constexpr std::size_t loopback_mtu = 65535;

    explicit Ip(const Neighbours::Config& neighbours = {}) : neighbours_{neighbours} {}

    /// @param device     outlives this
    /// @param addresses  each with its network, which becomes reachable: "10.0.0.1/24"
    Interface& add_interface(link::Device& device, std::span<const Prefix> addresses);
    void add_address(Interface& interface, const Prefix& address);

    /// @returns Errc::unreachable where no interface has the gateway in one of its networks
    Result<void> add_route(const Prefix& target, const IpAddress& gateway);

    /// What of a frame is for this host: a packet to one of its addresses, or UDP to a broadcast
    /// address. ARP is dealt with inside. Fragments are dropped.
    std::optional<IpPacket> receive(link::Device& device, Packet frame, Instant now);

    /// @returns
    ///   - Errc::unreachable        no route
    ///   - Errc::message_too_large  longer than path_mtu(), as nothing is fragmented
    Result<void> send(IpPacket packet, Instant now);

    /// Which of the host's addresses to speak to `target` from. @returns Errc::unreachable
    Result<IpAddress> source_for(const IpAddress& target) const;
    /// Octets of IP packet that the way to `target` takes. @returns Errc::unreachable
    Result<std::size_t> path_mtu(const IpAddress& target) const;
    /// Whether a socket may be bound to `ip`: one of the host's addresses, loopback, or every one.
    bool is_local(const IpAddress& ip) const;

    /// Asks for neighbours again where that is due, and returns the next packet that this host sent
    /// to itself; to be called until it returns nullopt.
    std::optional<IpPacket> poll(Instant now);
    /// When poll() has something to do again; Instant{}: at once.
    Instant next_wakeup() const;

    /// A packet whose next hop did not answer, so that its sender can be told; nullopt: no more.
    std::optional<IpPacket> take_unreachable();

    std::span<const Route> routes() const { return routes_.list(); }
    /// In the order in which they were added, which is how a Route numbers them.
    const std::deque<Interface>& interfaces() const { return interfaces_; }

private:
    enum class Scope : std::uint8_t { loopback, broadcast, unicast };
    /// Where a packet goes next.
    struct Hop {
        Scope scope = Scope::unicast;
        std::size_t interface = 0;
        IpAddress next;
    };

    Result<Hop> next_hop(const IpAddress& target) const;
    Interface* find(const link::Device& device);
    bool is_for_us(const Interface& interface, const IpHeader& header, const wire::MacAddress& frame) const;
    std::size_t mtu_of(const Hop& hop) const;

    Neighbours::Config neighbours_;
    std::deque<Interface> interfaces_;  // a deque: references to them stay valid
    Routes routes_;
    std::deque<IpPacket> loopback_;
};

}  // namespace sockeye::network
