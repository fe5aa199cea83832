// A device with addresses and neighbours: IP packets in frames, and ARP (RFC 826, RFC 894).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "link/device.hpp"
#include "network/neighbours.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"

namespace sockeye::network {

class Interface {
public:
    /// @param device  outlives the interface
    Interface(link::Device& device, const Neighbours::Config& config)
        : device_{&device}, neighbours_{config} {}

    link::Device& device() const { return *device_; }
    std::span<const Prefix> addresses() const { return addresses_; }
    void add_address(const Prefix& address) { addresses_.push_back(address); }

    bool owns(const IpAddress& ip) const;
    /// 255.255.255.255 or the broadcast address of one of the interface's networks.
    bool is_broadcast(const IpAddress& ip) const;
    /// Which of its addresses to speak to `ip` from: one in the same network, else the first;
    /// nullptr: it has none.
    const Prefix* address_for(const IpAddress& ip) const;

    /// Sends at once, or once the neighbour is found. @pre the packet fits the device's MTU
    void send(IpPacket packet, const IpAddress& next_hop, Instant now);
    void broadcast(IpPacket packet);

    /// Learns, answers, and sends what has waited for that.
    void receive_arp(std::span<const std::byte> message, Instant now);

    /// Sends the requests that are due.
    void poll(Instant now);
    Instant next_wakeup() const { return neighbours_.next_wakeup(); }
    std::optional<IpPacket> take_unreachable() { return neighbours_.take_unreachable(); }

    const Neighbours& neighbours() const { return neighbours_; }

private:
    void transmit(IpPacket packet, const wire::MacAddress& target);
    void request(const Neighbours::Request& request);

    link::Device* device_;
    std::vector<Prefix> addresses_;
    Neighbours neighbours_;
};

}  // namespace sockeye::network
