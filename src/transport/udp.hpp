// UDP (RFC 768): all of one host's datagram sockets. No I/O and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/packet.hpp"
#include "base/queue.hpp"
#include "base/random.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "transport/endpoint.hpp"
#include "transport/ports.hpp"

namespace sockeye::transport {

struct Datagram {
    Address source;
    Address target;               ///< which of this host's addresses, or which broadcast, it was sent to
    std::uint32_t interface = 0;  ///< by which it came; 0: from this host
    Packet payload;
};

/// One open UDP socket, owned by its Udp.
class UdpSocket : public Endpoint {
public:
    explicit UdpSocket(PortClaim claim) : claim_{std::move(claim)} {}

    Address local() const { return claim_.local(); }
    const std::optional<Address>& peer() const { return peer_; }

    /// From now on only what `peer` sends is received. Nothing that waits already is dropped.
    void connect(Address peer) { peer_ = std::move(peer); }
    void disconnect() { peer_.reset(); }

    /// From now on only what came by that interface is received; 0: by any.
    void bind_to_interface(std::uint32_t number) { interface_ = number; }
    std::uint32_t interface() const { return interface_; }

    /// The oldest datagram; it stays for peek() and leaves with receive().
    const Datagram* peek() const { return queue_.empty() ? nullptr : &queue_.front(); }
    std::optional<Datagram> receive();

    /// What became of something sent to the peer, once: refused, unreachable (RFC 1122 §4.1.3.3).
    std::optional<Errc> take_error() { return std::exchange(error_, std::nullopt); }
    bool has_error() const { return error_.has_value(); }

    /// Octets of datagrams that wait, UDP headers included.
    std::size_t queued() const { return queued_; }
    /// Datagrams that found no room since the socket was opened.
    std::uint64_t dropped() const { return dropped_; }

private:
    friend class Udp;

    PortClaim claim_;
    std::optional<Address> peer_;
    std::uint32_t interface_ = 0;
    Queue<Datagram> queue_;
    std::size_t queued_ = 0;  // octets, UDP headers included
    std::uint64_t dropped_ = 0;
    std::optional<Errc> error_;
};

class Udp {
public:
    struct Config {
        std::size_t receive_queue = 212'992;  ///< octets a socket, UDP headers included; Linux's rmem_default
    };

    /// What became of a packet; the host answers `no_port` with ICMP (RFC 1122 §4.1.3.1).
    enum class Delivery : std::uint8_t { delivered, queue_full, no_port, malformed, bad_checksum };

    Udp(Config config, Random random) : config_{config}, ports_{random} {}

    /// @param local  port 0: an ephemeral port
    /// @returns Errc::address_in_use, Errc::resources_exhausted
    Result<UdpSocket*> open(const Address& local, Reuse reuse = Reuse::refused);
    void close(UdpSocket& socket);

    /// The packet that carries `payload` to `target`, for Ip::send().
    /// @param source  which of the host's addresses it leaves from (Ip::source_for)
    /// @returns Errc::message_too_large for more than fits an IP packet's length field
    Result<network::IpPacket> send(const UdpSocket& socket, const IpAddress& source, const Address& target,
                                   std::span<const std::byte> payload);

    Delivery receive(const network::IpPacket& packet);

    /// Tells the socket that sent the packet, if it is connected and the error is a hard one: nobody
    /// else could know which of its peers is meant.
    void notice(const network::IcmpNotice& notice);

    /// By port.
    std::vector<const UdpSocket*> list() const;

    /// Sockets that got something since this was last asked, in order; nullptr: no more.
    Endpoint* take_changed() { return changed_.pop(); }

private:
    /// @param interface  by which it came; 0: by that of the socket
    UdpSocket* find(const Address& source, const Address& target, std::uint32_t interface) const;
    Delivery deliver(UdpSocket& socket, Datagram datagram);
    Delivery deliver_to_all(const Datagram& datagram);

    Config config_;
    Ports ports_;
    std::map<std::uint16_t, std::vector<std::unique_ptr<UdpSocket>>> sockets_;  // by local port
    Fifo<Endpoint> changed_;
};

/// "receive buffer full"; empty: nothing was dropped.
std::string_view to_string(Udp::Delivery delivery);

}  // namespace sockeye::transport
