// What stands in a lab: switches, and hosts, of which routers are some.
#pragma once

#include <memory>
#include <string_view>

#include "sockeye/network.hpp"

namespace sockeye {

namespace lab {
class Node;
}

/// Joins cables into one LAN, learning who is where (IEEE 802.1D).
class Switch {
public:
    explicit Switch(lab::Node& node) : node_{&node} {}
    std::string_view name() const;
    lab::Node& node() { return *node_; }

private:
    lab::Node* node_;
};

/// A computer in a lab: a Network whose sockets are those of our own TCP/IP stack.
class Host : public Network {
public:
    Host(lab::Node& node, std::unique_ptr<backend::Network> stack);
    ~Host() override;
    lab::Node& node() { return *node_; }

private:
    lab::Node* node_;
};

}  // namespace sockeye
