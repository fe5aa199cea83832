// What a lab is made of: nodes by name, and the cables between them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/node.hpp"
#include "link/cable.hpp"

namespace sockeye::lab {

/// A cable and where its ends are plugged in.
struct Connection {
    struct Socket {
        Node* node;
        link::Port port;

        /// "client:eth0".
        std::string name() const;
    };

    link::Cable cable;
    std::array<Socket, 2> ends;
    std::uint32_t cost = 0;  ///< of a route over it

    const Socket& at(link::End end) const { return ends[static_cast<std::size_t>(end)]; }
    /// "client:eth0 -- lan:1".
    std::string name() const { return ends[0].name() + " -- " + ends[1].name(); }
    /// One direction: "client:eth0 > lan:1".
    std::string name(link::End from) const {
        return at(from).name() + " > " + at(link::opposite(from)).name();
    }
};

/// Grows only: what has an index keeps it. Mistakes throw std::invalid_argument, which names
/// what there is.
class Topology {
public:
    Node& add(std::unique_ptr<Node> node);
    static void check(const CableOptions& options);
    static void check(const Impairments& impairments);
    /// Takes the next port of each; the cable is not impaired yet. @returns its index
    std::uint32_t connect(Node& a, Node& b, const CableOptions& options, Instant now = {});

    Node& node(std::string_view name) const;
    /// The cables, at least one, that join the two.
    std::vector<std::uint32_t> cables_between(std::string_view a, std::string_view b) const;

    const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
    const std::vector<Connection>& cables() const { return cables_; }
    Connection& cable(std::uint32_t index) { return cables_[index]; }
    /// Plugged-in ones of hosts.
    std::size_t cards() const { return cards_; }

    /// One line a node, then one line a cable.
    std::string to_string() const;

private:
    Node* find(std::string_view name) const;

    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::string_view, Node*> by_name_;
    std::size_t cards_ = 0;
    std::vector<Connection> cables_;
};

}  // namespace sockeye::lab
