// Topology files as the command takes them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/file/faults_file.hpp"
#include "lab/file/topology_file.hpp"
#include "sockeye/error.hpp"

namespace CLI {
class App;
}

namespace sockeye::cli {

struct TopologySource {
    std::string path;
    lab::TopologyFile topology;  ///< with remarks on its programs too
};

/// @param path   "": the one *.clab.yml of this folder; "-": standard input
/// @param shape  "tree,2,3", instead of a file; "": none
/// @returns an error whose detail says why there is nothing to read
Result<TopologySource> open_topology(const std::string& path, const std::string& shape = {});

/// FILE, and --topo instead of it.
void add_topology(CLI::App& command, std::string& file, std::string& shape);
/// --topo alone; a shape that makes no sense is a mistake in the command line.
void add_topo(CLI::App& command, std::string& shape);
/// --faults
void add_faults(CLI::App& command, std::string& file);

/// Those of a file, after its remarks have been said; of "", none. Nothing: it has mistakes, or cannot be
/// read.
std::optional<std::vector<lab::Fault>> open_faults(std::string_view verb, const std::string& path,
                                                   const lab::TopologyFile& topology);

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
