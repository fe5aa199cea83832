// A host's or a router's IP, both families on one path (RFC 791, RFC 8200, RFC 1122 §3, RFC 1812):
// interfaces, routes, neighbours, fragments and ICMP. No I/O and no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/packet.hpp"
#include "base/queue.hpp"
#include "base/random.hpp"
#include "base/stable_vector.hpp"
#include "link/device.hpp"
#include "network/given_up.hpp"
#include "network/icmp_message.hpp"
#include "network/interface.hpp"
#include "network/ip_header.hpp"
#include "network/nat.hpp"
#include "network/packet.hpp"
#include "network/path_mtu.hpp"
#include "network/rate_limit.hpp"
#include "network/reassembly.hpp"
#include "network/routes.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

/// Whether packets for others are passed on: a router's work.
enum class Forwarding : std::uint8_t { off, on };

/// Packets to the host's own addresses and to the loopback network never reach a device; poll()
/// returns them.
class Ip {
public:
    /// Octets of packet that the loopback takes: what IPv4's total length can say.
    static constexpr std::size_t loopback_mtu = 65535;

    struct Config {
        Neighbours::Config neighbours{};
        Reassembler::Config reassembly{};
        PathMtus::Config path_mtus{};
        RateLimit::Config icmp_errors{};
        Forwarding forwarding = Forwarding::off;
    };

    Ip();
    Ip(const Config& config, Random random);

    /// @param device     outlives this
    /// @param addresses  each with its network, which becomes reachable: "10.0.0.1/24"
    Interface& add_interface(link::Device& device, std::span<const Prefix> addresses);
    void add_address(Interface& interface, const Prefix& address);
    /// With the route to its network, unless another address of the interface is in that too.
    void remove_address(Interface& interface, const IpAddress& ip);
    /// An address of this host that somebody else uses; to be called until it returns nullopt.
    std::optional<AddressConflict> take_conflict();

    /// @param scope  number of the interface, where the gateway is a link-local address; 0: the first
    /// @returns Errc::unreachable where no interface has the gateway in one of its networks
    Result<void> add_route(const Prefix& target, const IpAddress& gateway, std::uint32_t scope = 0,
                           Route::Origin origin = Route::Origin::told);
    /// @returns false: there is no such route
    bool remove_route(const Interface& interface, const Prefix& target, const IpAddress& gateway);

    /// Instead of those that were computed before. One that somebody added for the same prefix counts first.
    void set_computed_routes(std::span<const Route> routes);

    /// From now on what leaves by `outside` has that interface's first IPv4 address.
    /// @pre it has one, and this host forwards
    void enable_nat(const Interface& outside, const Nat::Config& config, Random random);
    /// nullptr: there is none.
    Nat* nat() { return nat_ ? &nat_->table : nullptr; }

    /// What of a frame is for this host's transport protocols. Everything else happens inside: ARP,
    /// neighbour discovery, ICMP, reassembly, forwarding.
    std::optional<IpPacket> receive(link::Device& device, Packet frame, Instant now);
    /// Why what receive() was called with went no further, a literal: "TTL expired". Empty: it did, or it
    /// was for somebody else.
    std::string_view take_drop() { return std::exchange(dropped_, {}); }
    /// Whether routers have given this host addresses or name servers, or taken some back, since the last
    /// call.
    bool take_configured();
    /// What has waited in vain: fragments for the rest of their packets, packets for their next hop.
    std::vector<GivenUp> take_given_up();

    /// In fragments where it has to be.
    /// @returns
    ///   - Errc::unreachable        no route
    ///   - Errc::message_too_large  more than an IP packet's length field can say
    Result<void> send(IpPacket&& packet, Instant now) { return send(packet, now); }
    /// The same, and takes the packet only where it can be sent.
    Result<void> send(IpPacket& packet, Instant now);

    /// Tells the sender of a packet what is wrong with it, if it may be told (RFC 1122 §3.2.2,
    /// RFC 4443 §2.4(e)): "port unreachable" of a port that nobody listens on.
    void report(const IpPacket& about, const IcmpError& error, Instant now);

    bool is_router() const { return config_.forwarding == Forwarding::on; }

    /// What became of packets of this host; to be called until it returns nullopt.
    std::optional<IcmpNotice> take_notice();

    /// An upper layer got an answer from `peer`: whoever is next on the way to it is there.
    void confirm(const IpAddress& peer, Instant now);

    /// Which of the host's addresses to speak to `target` from. @returns Errc::unreachable
    /// @param scope  of a link-local, multicast or broadcast target: the interface's number; 0: the
    ///   first. To 255.255.255.255 on a certain interface that has no address it is 0.0.0.0, as of a
    ///   host that is about to learn its own (RFC 1122 §3.2.1.3).
    Result<IpAddress> source_for(const IpAddress& target, std::uint32_t scope = 0) const;
    /// The number of the interface that a packet to `target` leaves by; 0: it stays here.
    /// @returns Errc::unreachable
    Result<std::uint32_t> interface_to(const IpAddress& target) const;
    /// Octets of IP packet that the way to `target` takes. @returns Errc::unreachable
    Result<std::size_t> path_mtu(const IpAddress& target, Instant now) const;
    /// Whether a socket may be bound to `ip`: one of the host's addresses, loopback, or every one.
    bool is_local(const IpAddress& ip) const;
    /// The number of the interface that has the address; 0: none.
    std::uint32_t interface_of(const IpAddress& own) const;

    /// Asks for neighbours again where that is due, and returns the next packet that this host sent
    /// to itself; to be called until it returns nullopt.
    std::optional<IpPacket> poll(Instant now);
    /// When poll() has something to do again; Instant{}: at once.
    Instant next_wakeup() const;
    /// Nothing waits for poll(), take_notice() or take_icmp().
    bool is_settled() const;

    std::span<const Route> routes() const { return routes_.list(); }
    /// In the order in which they were added; an interface's number is its place, from 1 on.
    const StableVector<Interface>& interfaces() const { return interfaces_; }
    StableVector<Interface>& interfaces() { return interfaces_; }
    /// ICMP echo replies and errors as they came, for programs that ask with echoes.
    std::optional<IpPacket> take_icmp();

private:
    enum class Reach : std::uint8_t { loopback, broadcast, multicast, unicast };
    /// Where a packet goes next.
    struct Hop {
        Reach reach = Reach::unicast;
        std::uint32_t interface = 0;
        IpAddress next;
    };
    struct KnownHop {
        IpAddress target;
        Hop hop;
    };
    enum class Destination : std::uint8_t { us, elsewhere, nowhere };
    /// One that was for a transport protocol, from one host to one of our addresses.
    struct KnownArrival {
        const link::Device* device = nullptr;
        IpAddress source{};
        IpAddress target{};
        std::uint32_t interface = 0;
        std::size_t address_changes = 0;  // that there had been then
    };

    void add_link_route(const Interface& interface, const Prefix& address);
    void add_route(const Route& route);
    /// @param source, scope  of a target that several links may have
    Result<Hop> next_hop(const IpAddress& target, const IpAddress& source, std::uint32_t scope) const;
    Result<Hop> look_up(const IpAddress& target, const IpAddress& source, std::uint32_t scope) const;
    std::optional<std::uint32_t> interface_for(const IpAddress& source, std::uint32_t scope) const;
    std::size_t mtu_of(const Hop& hop) const;
    void follow(const Interface& interface, const RouterDiscovery::Step& change);
    Interface* find(const link::Device& device);
    bool is_own(const IpAddress& ip) const { return interface_of(ip) != 0; }
    bool is_broadcast(const IpAddress& ip) const;
    bool may_be_offered(const Interface& interface, const IpAddress& target) const;

    std::nullopt_t drop(std::string_view why) {
        dropped_ = why;
        return std::nullopt;
    }
    Destination destination(const Interface& interface, const IpHeader& header,
                            const wire::MacAddress& frame);
    void receive_arp(Interface& interface, const wire::EthernetFrame& frame, Instant now);
    std::size_t address_changes() const;
    void expect_more_like(const link::Device& device, const IpPacket& packet);
    std::optional<IpPacket> receive_expected(const link::Device& device, Packet& frame) const;
    std::optional<IpPacket> receive_any(link::Device& device, Packet frame, Instant now);
    std::optional<IpPacket> receive_ip(Interface& interface, Arrival arrival, const wire::MacAddress& frame,
                                       Instant now);
    std::optional<IpPacket> accept(Interface& interface, Arrival arrival, Instant now);
    std::optional<IpPacket> deliver(Interface& interface, IpPacket packet, Instant now);
    void receive_icmp(Interface& interface, const IpPacket& packet, Instant now);
    void receive_discovery(Interface& interface, const IpPacket& packet, Instant now);
    void receive_icmp_error(const IpPacket& packet, const IcmpMessage& message, Instant now);
    bool may_report(const IpPacket& about, const IcmpError& error) const;

    /// Whether NAT has had its say about a packet that is to be forwarded.
    enum class Translated : std::uint8_t { no, yes };
    void forward(const Interface& from, Arrival arrival, Translated translated, Instant now);
    std::optional<IpPacket> accept_public(Interface& interface, Arrival arrival, Instant now);
    bool translate_outbound(const Interface& from, const Hop& hop, Arrival& arrival, Translated translated,
                            Instant now);
    std::optional<Arrival> in_one_piece(const Interface& interface, Arrival arrival, Instant now);
    void refuse(const Interface& from, const Arrival& arrival, const IcmpError& error, std::string_view why,
                Instant now);
    void forward_in_pieces(const Hop& hop, const Arrival& arrival, std::size_t mtu, Instant now);

    bool send_along_known(IpPacket& packet, Instant now);
    void transmit(const Hop& hop, Packet whole, Instant now);
    void loop_back(IpPacket packet);
    void give_up_on(Packet undeliverable, Instant now);
    void note_given_up(const Packet& forwarded, std::string_view why);
    void notify(IcmpNotice notice);

    /// A table, and the interface whose address is the public one.
    struct Translation {
        Nat table;
        std::uint32_t outside;
    };

    Config config_;
    std::unique_ptr<Translation> nat_;  // few have one
    StableVector<Interface> interfaces_;
    Routes routes_;
    KnownArrival latest_arrival_;
    mutable std::optional<KnownHop> latest_hop_;  // that a route led to: a stream asks for it again and again
    PathMtus path_mtus_;
    Reassembler reassembler_;
    RateLimit icmp_errors_;
    Random random_;
    std::uint32_t identification_;  // of the next packet in fragments
    Queue<IpPacket> loopback_;
    Queue<IcmpNotice> notices_;
    Queue<IpPacket> icmp_;
    std::string_view dropped_;
    std::vector<GivenUp> given_up_;
};

}  // namespace sockeye::network
