// A network interface card as the floors above see it: an address, an MTU, and a queue of frames to send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/packet.hpp"
#include "base/queue.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::link {

/// Whether what a device sends is an Ethernet frame, or a bare IP packet as on a tun device: then the
/// link has one other end, and no addresses.
enum class Framing : std::uint8_t { ethernet, none };

/// Frames go down by transmit(); whoever owns the medium (a lab's cable, a TAP device) takes
/// them out again with take(), in order.
class Device {
public:
    Device(std::string name, wire::MacAddress mac, std::size_t mtu = 1500,
           Framing framing = Framing::ethernet)
        : name_{std::move(name)}, mac_{mac}, mtu_{mtu}, framing_{framing} {}

    const std::string& name() const { return name_; }
    const wire::MacAddress& mac() const { return mac_; }
    /// Octets of IP packet that one frame carries.
    std::size_t mtu() const { return mtu_; }
    Framing framing() const { return framing_; }

    /// The card's filter: whether a frame for `target` is taken off the medium.
    bool accepts(const wire::MacAddress& target) const {
        return target == mac_ || target.is_broadcast() || groups_.contains(target);
    }
    /// Joins a multicast address; as often as it is joined it has to be left.
    void join(const wire::MacAddress& group) { ++groups_[group]; }
    void leave(const wire::MacAddress& group) {
        const auto found = groups_.find(group);
        if (found != groups_.end() && --found->second == 0) groups_.erase(found);
    }

    void transmit(Packet frame) { queue_.push_back(std::move(frame)); }

    std::optional<Packet> take() {
        if (queue_.empty()) return std::nullopt;
        Packet frame = std::move(queue_.front());
        queue_.pop_front();
        return frame;
    }
    bool has_frames() const { return !queue_.empty(); }

private:
    std::string name_;
    wire::MacAddress mac_;
    std::size_t mtu_;
    Framing framing_;
    std::map<wire::MacAddress, std::size_t> groups_;  // how often each was joined
    Queue<Packet> queue_;
};

}  // namespace sockeye::link
