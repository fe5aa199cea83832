// StackNetwork: our own TCP/IP stack as a network. Here the floors are wired together: a device,
// IP on it, TCP and UDP on that, and sockets on top. No I/O and no clock: frames come in by
// receive(), go out through the device's queue, and time is what the driver says.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/packet.hpp"
#include "base/random.hpp"
#include "link/device.hpp"
#include "network/ip.hpp"
#include "socket/backend.hpp"
#include "transport/tcp/tcp.hpp"
#include "transport/udp.hpp"

namespace sockeye::stack {

class StackNetwork;

/// Who runs a stack: a lab's world, or a loop on a TAP device.
class Runner {
public:
    virtual ~Runner() = default;
    /// A socket was used: poll() may have something to send, and next_wakeup() may have changed.
    virtual void has_work(StackNetwork& network) = 0;
    /// Payload has reached a program.
    virtual void payload_delivered() = 0;
};

struct Options {
    std::string name;
    wire::MacAddress mac;
    Prefix address;
    std::optional<IpAddress> gateway;
    Random random{0};
    std::size_t mtu = 1500;  ///< octets of IP packet in a frame
    transport::tcp::Config tcp;
};

class StackNetwork : public backend::Network {
public:
    /// `driver` and `runner` must outlive it.
    StackNetwork(backend::Driver& driver, Runner& runner, Options options);
    ~StackNetwork() override;

    // For the runner.

    /// Frames to be sent wait in its queue.
    link::Device& device() { return device_; }
    void receive(Packet frame, Instant now);
    /// Lets timers act, and moves what is due into the device's queue.
    void poll(Instant now);
    Instant next_wakeup() const;
    /// From now on nothing leaves and nothing arrives, whatever programs still do.
    void power_off() { powered_ = false; }

    // For Network and its sockets.

    std::string_view name() const override { return name_; }
    /// Virtual time 0 is 2000-01-01 00:00 UTC.
    WallTime wall_now() const override;
    std::uint64_t random() override { return random_.next(); }
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind kind) override;

    transport::tcp::Tcp& tcp() { return tcp_; }
    transport::Udp& udp() { return udp_; }
    network::Ip& ip() { return ip_; }
    Runner& runner() { return runner_; }
    Instant now() const { return driver().now(); }
    /// To be called after each use of a socket.
    void used() { runner_.has_work(*this); }

    /// Whether a program may bind to `at`: to any address, to one of this host's, or to loopback.
    Result<void> check_local(const Address& at) const;

    /// The address that a packet to `peer` leaves from, where the program chose none.
    Result<IpAddress> source_for(const Address& local, const Address& peer) const;

private:
    void deliver(const network::IpPacket& packet, Instant now);
    void transmit(network::IpPacket segment, Instant now);
    void wake_sockets();

    std::string name_;
    Runner& runner_;
    Random random_;
    link::Device device_;
    network::Ip ip_;
    transport::Udp udp_;
    transport::tcp::Tcp tcp_;
    bool powered_ = true;
};

}  // namespace sockeye::stack
