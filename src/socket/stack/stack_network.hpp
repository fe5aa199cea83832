// StackNetwork: our own TCP/IP stack as a network. Here the floors are wired together: a device,
// IP on it, TCP and UDP on that, and sockets on top. No I/O and no clock: frames come in by
// receive(), go out through the device's queue, and time is what the driver says.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/packet.hpp"
#include "base/random.hpp"
#include "base/stable_vector.hpp"
#include "link/device.hpp"
#include "network/ip.hpp"
#include "socket/backend.hpp"
#include "socket/stack/cards.hpp"
#include "socket/stack/names.hpp"
#include "transport/tcp/tcp.hpp"
#include "transport/udp.hpp"

namespace sockeye::stack {

class StackNetwork;
class EchoSocket;

/// Who runs a stack: a lab's world, or a loop on a TAP device.
class Runner {
public:
    virtual ~Runner() = default;
    /// A socket was used: poll() may have something to send, and next_wakeup() may have changed.
    virtual void has_work(StackNetwork& network) = 0;
    /// Payload has reached a program.
    virtual void payload_delivered() = 0;
    /// Somebody else on the link uses an address of the network's.
    virtual void address_conflict(const network::AddressConflict&) {}
    /// A program, or a router, has given the network an address, or taken one from it.
    virtual void addresses_changed(StackNetwork&) {}
};

struct Options {
    std::string name;
    Random random{0};
    network::Ip::Config ip{};
    transport::tcp::Config tcp;
};

/// A network card and its addresses.
struct Card {
    wire::MacAddress mac;
    std::vector<Prefix> addresses{};
    std::size_t mtu = 1500;  ///< octets of IP packet in a frame
    std::string name{};      ///< "": "eth" and its number, from 0 on
    link::Framing framing = link::Framing::ethernet;
};

class StackNetwork : public backend::Network {
public:
    /// `driver` and `runner` must outlive it.
    StackNetwork(backend::Driver& driver, Runner& runner, Options options);
    ~StackNetwork() override;

    // For the runner.

    /// Becomes the next of the cards.
    link::Device& add_card(const Card& card);
    /// Frames to be sent wait in their queues.
    StableVector<link::Device>& devices() { return devices_; }
    void receive(link::Device& device, Packet frame, Instant now);
    /// Why the frame that receive() was called with last went no further, a literal: "TTL expired". Empty:
    /// it has got where it was to go, or waits, or was for somebody else.
    std::string_view take_drop();
    /// What poll() was the last to wait for: fragments, and packets that were to be passed on.
    std::span<const network::GivenUp> given_up() const { return given_up_; }
    /// Lets timers act, and moves what is due into the device's queue.
    void poll(Instant now);
    Instant next_wakeup() const;
    /// The same, and Instant{} where a frame waits to be taken, or something to be told.
    Instant idle_until() const;
    /// From now on nothing leaves and nothing arrives, whatever programs still do.
    void power_off() { powered_ = false; }

    // For Network and its sockets.

    std::string_view name() const override { return name_; }
    /// Virtual time 0 is 2000-01-01 00:00 UTC.
    WallTime wall_now() const override;
    std::uint64_t random() override { return random_.next(); }
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind kind) override;
    Result<IpAddress> source_for(const Address& peer) override;
    bool is_deprecated(const IpAddress& source) const override;
    backend::NameService& names() override { return names_; }
    backend::HostCards* cards() override { return &cards_; }

    transport::tcp::Tcp& tcp() { return tcp_; }
    transport::Udp& udp() { return udp_; }
    network::Ip& ip() { return ip_; }
    Runner& runner() { return runner_; }
    Instant now() const { return driver().now(); }
    /// To be called after each use of a socket.
    void used() { runner_.has_work(*this); }

    /// Hears what is sent to a multicast group from now on; as often as it is joined it has to be left.
    /// @param scope  the interface's number; 0: the first
    Result<void> join(const IpAddress& group, std::uint32_t scope = 0);
    Result<void> leave(const IpAddress& group, std::uint32_t scope = 0);

    /// @returns what its echoes are told apart by
    std::uint16_t add(EchoSocket& socket);
    void remove(EchoSocket& socket) { std::erase(echo_sockets_, &socket); }

    /// How many sockets have armed a keepalive.
    std::size_t keepalives() const { return keepalives_; }
    /// One socket's share of that.
    class Keepalive {
    public:
        explicit Keepalive(StackNetwork& network) : network_{network} {}
        Keepalive(const Keepalive&) = delete;
        Keepalive& operator=(const Keepalive&) = delete;
        ~Keepalive() { set(false); }
        void set(bool armed) {
            if (armed == std::exchange(armed_, armed)) return;
            network_.keepalives_ += armed ? std::size_t{1} : ~std::size_t{0};
        }

    private:
        StackNetwork& network_;
        bool armed_ = false;
    };

    /// Addresses as the floors below have them: ::ffff:10.0.0.1 is 10.0.0.1, and a scope is no part of
    /// them, since it follows from the own address (RFC 4007 §6).
    static Address to_stack(const Address& address);
    /// The same as a program sees them whose socket is of `family`.
    /// @param own  address of this host that decides the scope of a link-local one
    Address to_program(Family family, const Address& address, const IpAddress& own) const;

    /// Whether a program may bind to `at`: to any address, to one of this host's, or to loopback.
    Result<void> check_local(const Address& at) const;

    /// The address that a packet to `peer` leaves from, where the program chose none.
    Result<IpAddress> source_for(const Address& local, const Address& peer) const;

private:
    void deliver(const network::IpPacket& packet, Instant now);
    void tell(const network::IcmpNotice& notice);
    void transmit(network::IpPacket&& segment, Instant now);
    void wake_sockets();
    void take_configured();
    network::Interface* interface(std::uint32_t scope);

    std::string name_;
    Runner& runner_;
    Random random_;
    StableVector<link::Device> devices_;
    network::Ip ip_;
    transport::Udp udp_;
    transport::tcp::Tcp tcp_;
    std::vector<EchoSocket*> echo_sockets_;  // in the order in which they were opened
    std::uint16_t next_echo_ = 1;
    Names names_;
    Cards cards_;
    std::size_t keepalives_ = 0;
    std::string_view dropped_;
    std::vector<network::GivenUp> given_up_;
    bool powered_ = true;
};

}  // namespace sockeye::stack
