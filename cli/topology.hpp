// Topology files as the command takes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lab/file/topology_file.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

struct TopologySource {
    std::string path;
    lab::TopologyFile topology;  ///< with remarks on its programs too
};

/// @param path  "": the one *.clab.yml of this folder; "-": standard input
/// @returns an error whose detail says why there is nothing to read
Result<TopologySource> open_topology(const std::string& path);

/// Of a file, or of standard input ("-"). @returns an error whose detail says why there is nothing to read
Result<std::string> contents(const std::string& path);

/// The same from a text that stands in the command itself.
lab::TopologyFile read_topology_text(std::string_view text);

/// Says the file's mistakes and warnings on stderr, each with its place. @returns whether it may be put up
bool say_remarks(const TopologySource& source);

/// "office: 12 nodes (9 hosts, 2 bridges, 1 nat), 13 cables"
std::string summary(const lab::TopologyFile& file);

/// "1 node", "2 nodes"
std::string counted(std::size_t number, std::string_view one, std::string_view many);

}  // namespace sockeye::cli
