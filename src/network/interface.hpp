// A device with addresses, groups and neighbours: IP packets in frames, and who has which address.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/queue.hpp"
#include "base/random.hpp"
#include "link/device.hpp"
#include "network/claims.hpp"
#include "network/neighbour_message.hpp"
#include "network/neighbours.hpp"
#include "network/router_advertiser.hpp"
#include "network/router_discovery.hpp"
#include "sockeye/address.hpp"

namespace sockeye::network {

/// Somebody else uses an address of ours, or one that we were about to take.
struct AddressConflict {
    IpAddress address;
    wire::MacAddress other;
    bool was_ours = false;  ///< it still is; false: it was given up
};

class Interface {
public:
    /// With the link-local IPv6 address that follows from the device's MAC (RFC 4862 §5.3).
    /// @param device  outlives the interface
    /// @param number  1, 2, …: what an Address's scope means
    Interface(link::Device& device, std::uint32_t number, const Neighbours::Config& config, Random random);

    link::Device& device() const { return *device_; }
    std::uint32_t number() const { return number_; }
    std::span<const Prefix> addresses() const { return addresses_; }
    void add_address(const Prefix& address);
    /// How often addresses have come or gone.
    std::size_t address_changes() const { return address_changes_; }
    /// The same once it is certain that nobody has it (RFC 5227, RFC 4862 §5.4).
    void claim_address(const Prefix& address, Instant now);
    bool is_claiming(const IpAddress& ip) const { return claims_.is_probing(ip); }
    /// It is no longer ours, or no longer claimed.
    void remove_address(const IpAddress& ip);
    std::optional<AddressConflict> take_conflict();
    /// Tells everybody of an address of ours, in case somebody else has it, or had.
    void announce(const Prefix& address, Instant now) { claims_.announce(address, now); }

    bool owns(const IpAddress& ip) const;
    bool has(Family family) const;
    /// 255.255.255.255 or the broadcast address of one of the interface's networks.
    bool is_broadcast(const IpAddress& ip) const;
    /// The address to speak to the neighbour `ip` from: one in its network, else the first of its
    /// family; nullptr: it has none.
    const Prefix* address_for(const IpAddress& ip) const;

    /// Of its addresses, those that new connections ought not to use.
    std::span<const IpAddress> deprecated() const;
    /// Octets of an IP packet that the link takes; of IPv6, no more than its routers say.
    std::size_t mtu(Family family) const;

    /// From now on it asks for routers, and takes what they say (RFC 4861 §6.3, RFC 4862). Once is enough.
    void discover_routers(Instant now);
    /// nullptr: it takes nothing.
    const RouterDiscovery* discovery() const { return discovery_.get(); }
    /// Tells the link's hosts what a router tells, from now on, and those who ask. @pre it acts as a router
    void advertise(const RouterAdvertiser::Config& config, Instant now);
    /// No longer, which is said once more. @returns false: it did not
    bool stop_advertising();

    /// Joins a multicast group; as often as it is joined it has to be left.
    void join(const IpAddress& group);
    void leave(const IpAddress& group);
    bool is_in(const IpAddress& group) const { return groups_.contains(group); }

    /// Sends an IP packet at once, or once the neighbour is found. @pre it fits the device's MTU
    void send(Packet&& packet, const IpAddress& next_hop, Instant now);
    void broadcast(Packet packet);
    void multicast(Packet packet, const IpAddress& group);

    /// Learns, answers, and sends what has waited for that.
    void receive(const NeighbourMessage& message, Instant now);
    void receive(const HeardAdvertisement& advertisement, Instant now);
    void receive(const HeardSolicitation& solicitation, Instant now);
    /// Who has `ip` is known from elsewhere.
    void introduce(const IpAddress& ip, const wire::MacAddress& mac, Instant now);
    /// An upper layer got an answer from this neighbour.
    void confirm(const IpAddress& neighbour, Instant now) { neighbours_.confirm(neighbour, now); }

    /// Sends the requests that are due.
    void poll(Instant now);
    Instant next_wakeup() const {
        const Instant earliest = std::min(neighbours_.next_wakeup(), claims_.next_wakeup());
        return discovery_ || advertiser_ ? std::min(earliest, routers_wakeup()) : earliest;
    }
    /// Addresses that are ours since they were claimed, so that routes to their networks can be made.
    std::optional<Prefix> take_new_address();
    /// What a router's word changes of the routes.
    std::optional<RouterDiscovery::Step> take_route_change();
    /// Whether what routers have given it (addresses, name servers) is another than at the last call.
    bool take_configured() { return discovery_ && discovery_->take_changed(); }
    std::optional<Packet> take_unreachable() { return neighbours_.take_unreachable(); }
    std::optional<Packet> take_displaced() { return neighbours_.take_displaced(); }
    /// There is nothing to take.
    bool is_settled() const {
        return new_addresses_.empty() && route_changes_.empty() && !neighbours_.has_unreachable() &&
               !(discovery_ && discovery_->has_changed());
    }

    const Neighbours& neighbours() const { return neighbours_; }
    /// Says so to neighbours, and hears what is for all routers.
    void act_as_router();

private:
    /// Where the link has no addresses there is nobody to ask for one: all goes to the other end.
    bool has_neighbours() const { return device_->framing() == link::Framing::ethernet; }
    void adopt(const Prefix& address);
    void note_broadcast(const Prefix& address);
    bool is_neighbour(const IpAddress& ip) const;
    bool is_conflict(const NeighbourMessage& message, Instant now);
    void take(const Claims::Step& step);
    void say(NeighbourMessage::Kind kind, const IpAddress& target, const IpAddress& sender,
             const std::optional<wire::MacAddress>& to = std::nullopt);
    void answer(const NeighbourMessage& solicitation);
    Instant routers_wakeup() const;
    void poll_routers(Instant now);
    void follow(const RouterDiscovery::Step& step, Instant now);
    void transmit(Packet packet, const wire::MacAddress& target);

    link::Device* device_;
    std::uint32_t number_;
    std::vector<Prefix> addresses_;
    std::size_t address_changes_ = 0;
    std::vector<IpAddress> broadcasts_;        // of their networks
    std::map<IpAddress, std::size_t> groups_;  // how often each was joined
    Random random_;
    Neighbours neighbours_;
    Claims claims_;
    // Of a lab's thousands of interfaces hardly one has either: no more than a pointer each.
    std::unique_ptr<RouterDiscovery> discovery_;
    std::unique_ptr<RouterAdvertiser> advertiser_;
    Queue<RouterDiscovery::Step> route_changes_;
    Queue<AddressConflict> conflicts_;
    Queue<Prefix> new_addresses_;
    bool is_router_ = false;
};

}  // namespace sockeye::network
