#include "lab/file/topology_check.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "base/address_text.hpp"
#include "base/nearest.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Weight = Remark::Weight;

class Check {
public:
    Check(const TopologyFile& file, YamlReader& yaml) : file_{file}, yaml_{yaml} {}

    void run() {
        for (const LinkSpec& link : file_.links)
            for (const EndpointSpec& end : link.ends) check_end(link, end);
        for (const NodeSpec& node : file_.nodes) check_node(node);
        check_addresses();
        check_loops();
        check_waiting();
    }

private:
    void mistake(Place at, std::string words) { yaml_.remark(at, Weight::mistake, std::move(words)); }
    void warn(Place at, std::string words) { yaml_.remark(at, Weight::warning, std::move(words)); }

    std::string meant(std::string_view name) const {
        std::vector<std::string_view> names;
        names.reserve(file_.nodes.size());
        for (const NodeSpec& node : file_.nodes) names.push_back(node.name);
        const std::string_view near = nearest(name, names);
        return near.empty() ? "" : ": did you mean " + std::string{near} + "?";
    }

    void check_end(const LinkSpec& link, const EndpointSpec& end) {
        const NodeSpec* node = file_.node(end.node);
        if (node == nullptr)
            return mistake(link.place, "link: there is no node '" + shown(end.node) + "'" + meant(end.node));
        if (!cards_[end.node].insert(end.card).second)
            mistake(link.place, "link: " + end.node + ":" + shown(end.card) + " has a cable already");
        if (node->kind == NodeKind::bridge && !end.addresses.empty())
            mistake(link.place, "link: " + end.node + " is a bridge, whose ports have no addresses");
        for (const Prefix& address : end.addresses) networks_[end.node].push_back(address);
    }

    void check_node(const NodeSpec& node) {
        const std::set<std::string>& cards = cards_[node.name];
        if (cards.empty()) warn(node.place, "node " + node.name + ": no cable leads to it");
        for (const CardPrefix& address : node.addresses) {
            networks_[node.name].push_back(address.prefix);
            if (node.kind == NodeKind::bridge)
                mistake(node.place, "node " + node.name + ": a bridge has no address");
            else if (!cards.contains(address.card))
                warn(node.place, "node " + node.name + ": no cable is in " + shown(address.card) + ", so " +
                                     address.prefix.to_string() + " is left out");
        }
        for (const StaticRoute& route : node.routes) check_route(node, route);
    }

    void check_route(const NodeSpec& node, const StaticRoute& route) {
        const std::vector<Prefix>& networks = networks_[node.name];
        const auto reaches = [&](const Prefix& network) { return network.contains(route.gateway); };
        if (networks.empty() || std::ranges::any_of(networks, reaches)) return;  // DHCP may bring one
        std::string there_are;
        for (const Prefix& network : networks)
            there_are +=
                (there_are.empty() ? "" : ", ") + Prefix{network.network(), network.bits}.to_string();
        mistake(node.place, "node " + node.name + ": the gateway " + route.gateway.to_string() +
                                " is on none of its networks (" + there_are + ")");
    }

    void check_addresses() {
        std::map<IpAddress, std::string> owners;
        for (const NodeSpec& node : file_.nodes)
            for (const Prefix& prefix : networks_[node.name]) {
                const auto [owner, is_new] = owners.try_emplace(prefix.address, node.name);
                if (!is_new)
                    warn(node.place, "node " + node.name + ": " + prefix.address.to_string() +
                                         " is an address of " + owner->second + " too");
            }
    }

    /// Bridges that two ways lead between: broadcasts go round (union-find over them).
    void check_loops() {
        std::map<std::string_view, std::string_view> above;
        const auto top = [&](std::string_view name) {
            while (above.contains(name)) name = above[name];
            return name;
        };
        for (const LinkSpec& link : file_.links) {
            const NodeSpec* a = file_.node(link.ends[0].node);
            const NodeSpec* b = file_.node(link.ends[1].node);
            if (a == nullptr || b == nullptr || a->kind != NodeKind::bridge || b->kind != NodeKind::bridge)
                continue;
            const std::string_view of_a = top(a->name);
            const std::string_view of_b = top(b->name);
            if (of_a == of_b)
                warn(link.place,
                     "link: it closes a loop of bridges, in which each broadcast goes round and round");
            else
                above[of_a] = of_b;
        }
    }

    void check_waiting() {
        for (const NodeSpec& node : file_.nodes) {
            for (const std::string& other : node.waits_for)
                if (file_.node(other) == nullptr)
                    mistake(node.place, "node " + node.name + ": it waits for '" + shown(other) +
                                            "', which is no node" + meant(other));
            if (waits_for_itself(node))
                mistake(node.place,
                        "node " + node.name + ": it waits for itself, by way of what it waits for");
        }
    }

    bool waits_for_itself(const NodeSpec& node) const {
        std::set<std::string_view> seen;
        std::vector<const NodeSpec*> open{&node};
        while (!open.empty()) {
            const NodeSpec* next = open.back();
            open.pop_back();
            for (const std::string& other : next->waits_for) {
                if (other == node.name) return true;
                const NodeSpec* found = file_.node(other);
                if (found != nullptr && seen.insert(found->name).second) open.push_back(found);
            }
        }
        return false;
    }

    const TopologyFile& file_;
    YamlReader& yaml_;
    std::map<std::string, std::set<std::string>> cards_;
    std::map<std::string, std::vector<Prefix>> networks_;
};

}  // namespace

void check_topology(const TopologyFile& file, YamlReader& yaml) {
    Check{file, yaml}.run();
}

}  // namespace sockeye::lab
