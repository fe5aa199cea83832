#include "lab/routing.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "lab/host_node.hpp"
#include "network/scope.hpp"

namespace sockeye::lab {

namespace {

constexpr std::uint64_t unreached = std::numeric_limits<std::uint64_t>::max();

/// A router's card in a network.
struct Card {
    std::size_t router;
    std::uint32_t number;
    Prefix address;
    std::uint32_t segment;  ///< what cables and switches join
    std::uint32_t cost;
    bool is_outside;          ///< of a NAT
    std::size_t network = 0;  ///< its place among them
};

struct Neighbour {
    std::size_t router;
    std::uint32_t card;  ///< ours, by which it is reached
    IpAddress address;
    std::uint32_t cost;
};

/// Which cables are one LAN.
class Segments {
public:
    explicit Segments(const Topology& topology) : parents_(topology.cables().size()) {
        std::iota(parents_.begin(), parents_.end(), 0u);
        for (const auto& node : topology.nodes()) {
            if (node->kind() != Node::Kind::switch_) continue;
            std::optional<std::uint32_t> first;
            for (const Plug& plug : node->plugs) {
                if (topology.cables()[plug.cable].cable.is_cut()) continue;
                if (first)
                    parents_[of(plug.cable)] = of(*first);
                else
                    first = plug.cable;
            }
        }
    }
    std::uint32_t of(std::uint32_t cable) {
        while (parents_[cable] != cable) cable = parents_[cable] = parents_[parents_[cable]];
        return cable;
    }

private:
    std::vector<std::uint32_t> parents_;
};

/// The routers that are on, with what they are plugged into.
class Map {
public:
    explicit Map(const Topology& topology) : segments_{topology} {
        for (const auto& node : topology.nodes()) {
            if (node->kind() != Node::Kind::host || !node->is_router() || !node->is_on) continue;
            routers_.push_back(static_cast<HostNode*>(node.get()));
            add_cards(topology, *routers_.back());
        }
        number_networks();
        find_neighbours();
    }

    const std::vector<HostNode*>& routers() const { return routers_; }

    /// @param from  a router's place among them
    std::vector<network::Route> routes_of(std::size_t from, Family family) const {
        struct Best {
            std::uint64_t cost = unreached;
            const Way* way = nullptr;
        };
        const std::vector<Way> ways = ways_from(from, family);
        std::vector<Best> best(networks_.size());
        for (const Card& card : cards_) {
            const Way& way = ways[card.router];
            if (card.router == from || way.cost == unreached || card.address.address.family() != family)
                continue;
            const std::uint64_t cost = way.cost + card.cost;
            if (cost < best[card.network].cost) best[card.network] = {cost, &way};
        }
        for (const Card& card : cards_)
            if (card.router == from) best[card.network].way = nullptr;  // it is there itself
        std::vector<network::Route> routes;
        for (std::size_t number = 0; number < networks_.size(); ++number)
            if (const Way* way = best[number].way; way != nullptr)
                routes.push_back(
                    {.target = networks_[number], .gateway = way->gateway, .interface = way->card});
        return routes;
    }

private:
    struct Before {
        bool operator()(const Prefix& a, const Prefix& b) const {
            return std::tie(a.address, a.bits) < std::tie(b.address, b.bits);
        }
    };
    /// How a router is reached: by which card and gateway the first step goes.
    struct Way {
        std::uint64_t cost = unreached;
        std::uint32_t card = 0;
        IpAddress gateway;
    };

    void add_cards(const Topology& topology, const HostNode& router) {
        const auto& interfaces = router.stack().ip().interfaces();
        for (std::uint32_t number = 0; number < router.plugs.size() && number < interfaces.size(); ++number) {
            const Connection& cable = topology.cables()[router.plugs[number].cable];
            if (cable.cable.is_cut()) continue;
            for (const Prefix& address : interfaces[number].addresses())
                if (!network::is_link_local(address.address))
                    cards_.push_back({.router = routers_.size() - 1,
                                      .number = number,
                                      .address = address,
                                      .segment = segments_.of(router.plugs[number].cable),
                                      .cost = cable.cost,
                                      .is_outside = router.outside() == number});
        }
    }

    void number_networks() {
        const auto network_of = [](const Card& card) {
            return Prefix{.address = card.address.network(), .bits = card.address.bits};
        };
        for (const Card& card : cards_) networks_.push_back(network_of(card));
        std::ranges::sort(networks_, Before{});
        networks_.erase(std::ranges::unique(networks_).begin(), networks_.end());
        for (Card& card : cards_) {
            const auto found = std::ranges::lower_bound(networks_, network_of(card), Before{});
            card.network = static_cast<std::size_t>(found - networks_.begin());
        }
    }

    void find_neighbours() {
        const auto place = [](const Card& card) { return std::pair{card.segment, card.network}; };
        std::map<std::pair<std::uint32_t, std::size_t>, std::vector<const Card*>> networks;
        for (const Card& card : cards_) networks[place(card)].push_back(&card);
        neighbours_.resize(routers_.size());
        for (const Card& card : cards_)
            for (const Card* other : networks[place(card)])
                if (other->router != card.router && !other->is_outside)
                    neighbours_[card.router].push_back(
                        {other->router, card.number, other->address.address, card.cost});
    }

    /// Dijkstra's algorithm; of ways of one cost the one found first stays, and routers of one cost are
    /// looked at in their order.
    std::vector<Way> ways_from(std::size_t from, Family family) const {
        std::vector<Way> ways(routers_.size());
        ways[from].cost = 0;
        using Candidate = std::pair<std::uint64_t, std::size_t>;
        std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> nearest;
        nearest.emplace(0, from);
        while (!nearest.empty()) {
            const auto [cost, router] = nearest.top();
            nearest.pop();
            if (cost > ways[router].cost) continue;
            for (const Neighbour& next : neighbours_[router]) {
                if (next.address.family() != family || cost + next.cost >= ways[next.router].cost) continue;
                Way& way = ways[next.router];
                way = router == from ? Way{.card = next.card, .gateway = next.address} : ways[router];
                way.cost = cost + next.cost;
                nearest.emplace(way.cost, next.router);
            }
        }
        return ways;
    }

    Segments segments_;
    std::vector<HostNode*> routers_;
    std::vector<Card> cards_;
    std::vector<Prefix> networks_;                    // that cards are in, in their order
    std::vector<std::vector<Neighbour>> neighbours_;  // of each router
};

}  // namespace

std::uint32_t cost_of_rate(std::uint64_t bits_per_second) {
    constexpr std::uint64_t reference = 100'000'000'000;
    constexpr std::uint64_t highest = 1'000'000'000;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(reference / bits_per_second, 1, highest));
}

void compute_routes(Topology& topology) {
    const Map map{topology};
    for (std::size_t router = 0; router < map.routers().size(); ++router) {
        std::vector<network::Route> routes = map.routes_of(router, Family::inet);
        std::ranges::move(map.routes_of(router, Family::inet6), std::back_inserter(routes));
        map.routers()[router]->stack().ip().set_computed_routes(routes);
    }
}

}  // namespace sockeye::lab
