// Groups of nodes that somebody keeps apart: what one of a group sends never reaches one of the other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet.hpp"
#include "lab/topology.hpp"

namespace sockeye::lab {

/// A frame is lost on the cable where it would go from group to group: when the two ends of the cable are
/// of both groups, when it is for a host of one and a host of the other sent it (switches that forward it
/// change nothing), or when its IP addresses are of both, whatever way it takes.
///
/// A switch brings the hosts along that are plugged into it, unless they are named themselves or are
/// routers: so two LANs are kept apart by their names.
class Partitions {
public:
    /// Mistakes throw std::invalid_argument. @returns what it is, for people: "a, b | c"
    std::string begin(const Topology& topology, std::span<const std::string> one,
                      std::span<const std::string> other);
    /// @pre it was begun with the same groups, in whichever order of them and in them
    std::string end(std::span<const std::string> one, std::span<const std::string> other);

    bool any() const { return !all_.empty(); }
    /// @param sender  who sent it first
    /// @param from, to  the ends of the cable that it is about to enter
    bool separate(const Node& sender, const Node& from, const Node& to, const Packet& frame) const;

private:
    enum class Side : std::uint8_t { neither, one, other };
    struct Partition {
        std::string name;
        std::vector<Side> sides;  ///< by node; nodes added later are on neither
        std::vector<const Node*> members;

        Side of(const Node& node) const {
            return node.index < sides.size() ? sides[node.index] : Side::neither;
        }
        Side of(const IpAddress& address) const;
        void add(const Topology& topology, std::string_view name, Side side);
        void add_hosts_of_switches(const Topology& topology);
    };
    static bool are_apart(Side a, Side b) { return a != Side::neither && b != Side::neither && a != b; }

    std::vector<Partition> all_;
};

}  // namespace sockeye::lab
