// A lab put up as a file describes it: its nodes, cables, addresses and routes, without its programs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lab/file/topology_file.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::lab {

/// @pre the lab is empty, and the file has no mistakes
void build(Lab& lab, const TopologyFile& file);

/// When each node's programs start: after those that it waits for, and then its own delay.
/// @pre nobody waits for himself
std::map<std::string, Duration> starts_of(const TopologyFile& file);

/// The addresses that a node has from the start, as the file says, in the order of its cards.
std::vector<CardPrefix> addresses_of(const TopologyFile& file, const NodeSpec& node);

/// Whom a node asks for names: the servers that the file names for it, else the file's kind "dns".
std::vector<IpAddress> name_servers_of(const TopologyFile& file, const NodeSpec& node);

/// The card that has the address which a NAT's inside is seen as: its label "outside", or else the one that
/// its default route leaves by. Nothing: neither says.
std::optional<std::string> outside_of(const TopologyFile& file, const NodeSpec& node);

}  // namespace sockeye::lab
