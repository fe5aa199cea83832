// A topology as people write it: containerlab's YAML, the part of it that describes a network.
//
// Nothing is built here. What a file says that a lab has no use for (an image, a volume) becomes a warning
// that names it; what makes no sense becomes a mistake that says where it stands and what was meant.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/file/expectation.hpp"
#include "lab/file/place.hpp"
#include "sockeye/address.hpp"
#include "sockeye/lab.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::lab {

struct Remark {
    enum class Weight : std::uint8_t { warning, mistake };

    Place place;
    Weight weight = Weight::warning;
    std::string words;

    /// "office.clab.yml:12:7: there is no key 'endpoint': did you mean endpoints?"
    std::string to_string(std::string_view file) const;
};

enum class NodeKind : std::uint8_t { host, bridge, router, nat, dhcp, dns };
/// As it is written in a file.
std::string_view to_string(NodeKind kind);

/// "exec: ip address add 10.0.0.1/24 dev eth1".
struct CardPrefix {
    std::string card;
    Prefix prefix;
};

struct StaticRoute {
    Prefix target;
    IpAddress gateway;
};

struct NodeSpec {
    std::string name;
    Place place;
    NodeKind kind = NodeKind::host;
    std::string program;  ///< entrypoint and cmd; empty: an idle host
    std::map<std::string, std::string> environment;
    std::map<std::string, std::string> labels;
    SwitchOptions bridge{};  ///< of a bridge, as its labels say
    std::vector<CardPrefix> addresses;
    std::vector<StaticRoute> routes;
    std::vector<IpAddress> name_servers;
    Duration startup_delay{};
    std::vector<std::string> waits_for;  ///< nodes that start before it
};

struct EndpointSpec {
    std::string node;
    std::string card;
    std::optional<wire::MacAddress> mac;
    std::vector<Prefix> addresses;
    Impairments impairments;          ///< of what leaves here
    std::optional<VlanPort> vlans{};  ///< of a bridge's port
};

struct LinkSpec {
    Place place;
    std::array<EndpointSpec, 2> ends;
    std::size_t mtu = 1500;  ///< octets of an IP packet
    CableOptions cable;      ///< without impairments, which are the ends'
};

struct TopologyFile {
    std::string text;  ///< that it was read from, with what the environment knew filled in
    std::string name;
    std::vector<NodeSpec> nodes;  ///< in the order in which they are written
    std::vector<LinkSpec> links;
    std::vector<Expectation> expectations;
    std::vector<Remark> remarks;  ///< in the order in which they stand in the file

    bool has_mistakes() const;
    const NodeSpec* node(std::string_view name) const;  ///< nullptr: there is none
};

/// What "${NAME}" stands for in a file. @returns nothing where it is not set
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// @param text  at most 4 MiB; more is a mistake
/// @param environment  none: the text is a TopologyFile's, where everything is filled in
TopologyFile read_topology(std::string_view text, const Environment& environment);

}  // namespace sockeye::lab
