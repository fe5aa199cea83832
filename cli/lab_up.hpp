// A lab put up from a topology file, run until its programs have done what they are for, and told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb.hpp"
#include "lab/file/faults_file.hpp"
#include "lab/file/topology_file.hpp"
#include "sockeye/lab_options.hpp"
#include "sockeye/time.hpp"

namespace sockeye::cli {

struct UpOptions {
    std::string file;
    std::string topo{};  ///< a shape instead of a file: "tree,2,3"
    std::uint64_t seed = 1;
    std::optional<Duration> until{};  ///< virtual time
    std::string story;                ///< the host whose story is told instead of every frame
    std::string faults_file;
    std::vector<lab::Fault> faults{};  ///< what stands there
    Speed speed{};  ///< of the lab's clock, from the start on; max: until all is done, then real time if it
                    ///< stays
    bool stay = false;           ///< it runs on until it is told to end
    std::size_t keep = 100'000;  ///< frames that stay in memory, while others look into it; not with `record`
    std::string record{};
    bool quiet = false;
    bool json = false;
};

/// Whether the lab runs on once it has been told of: where it was asked for, and on a terminal.
bool stays(const UpOptions& options);

/// @pre the topology has no mistakes
/// @returns the exit code
int put_up(const lab::TopologyFile& topology, const UpOptions& options);

/// `lab up`
void add_lab_up(CLI::App& group, Action& chosen);

}  // namespace sockeye::cli
