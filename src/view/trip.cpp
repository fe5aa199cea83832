#include "view/trip.hpp"

#include <map>
#include <optional>
#include <tuple>

#include "wire/text.hpp"

namespace sockeye::view {
namespace {

using lab::Journey;
using wire::Summary;

/// What stays of a packet that a router passes on, as the sender's checksum covers it or nearly so.
struct Print {
    Summary::Protocol protocol{};
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::size_t octets = 0;
    std::uint64_t payload = 0;  ///< FNV-1a

    friend auto operator<=>(const Print&, const Print&) = default;
};

std::uint64_t digest(std::span<const std::byte> octets) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const std::byte octet : octets) {
        value ^= static_cast<std::uint8_t>(octet);
        value *= 0x100000001b3;
    }
    return value;
}

/// Nothing: no router passes that on.
std::optional<Print> print_of(const Journey& journey) {
    const Summary summary = wire::summarise(journey.first->frame.bytes());
    if (!summary.family || summary.ethernet.target.is_multicast()) return std::nullopt;
    Print print{
        .protocol = summary.protocol, .octets = summary.payload_octets, .payload = digest(summary.payload)};
    if (summary.tcp) {
        print.seq = summary.tcp->seq.raw();
        print.ack = summary.tcp->ack.raw();
    }
    return print;
}

std::map<wire::MacAddress, const lab::Node*> stations(const lab::Past& past) {
    std::map<wire::MacAddress, const lab::Node*> by_mac;
    for (const auto& node : past.nodes)
        for (const lab::Identity& who : node->identities()) by_mac.emplace(who.mac, node.get());
    return by_mac;
}

wire::MacAddress target_of(const Journey& journey) {
    return wire::summarise(journey.first->frame.bytes()).ethernet.target;
}

/// Packets that a router has got and not passed on yet.
class AtRouters {
public:
    void arrives(const lab::Node& router, const Print& print, std::size_t trip) {
        waiting_[{router.index, print}].push_back(trip);
    }
    /// The oldest of those alike.
    std::optional<std::size_t> leaves(const lab::Node& router, const Print& print) {
        const auto found = waiting_.find({router.index, print});
        if (found == waiting_.end()) return std::nullopt;
        const std::size_t trip = found->second.front();
        found->second.erase(found->second.begin());
        if (found->second.empty()) waiting_.erase(found);
        return trip;
    }

private:
    std::map<std::pair<std::uint32_t, Print>, std::vector<std::size_t>> waiting_;
};

}  // namespace

std::vector<Trip> trips(const lab::Past& past) {
    const auto by_mac = stations(past);
    std::vector<Trip> all;
    AtRouters at_routers;
    for (const Journey& journey : past.journeys) {
        const std::optional<Print> print = print_of(journey);
        std::optional<std::size_t> trip;
        if (print && journey.sender->is_router()) trip = at_routers.leaves(*journey.sender, *print);
        if (!trip) {
            trip = all.size();
            all.emplace_back();
        }
        all[*trip].hops.push_back(&journey);
        const auto receiver = by_mac.find(target_of(journey));
        if (print && journey.delivered > 0 && receiver != by_mac.end() && receiver->second->is_router())
            at_routers.arrives(*receiver->second, *print, *trip);
    }
    return all;
}

}  // namespace sockeye::view
