// The programs that run on a lab's hosts, as a topology file names them: "dhcp-client; fetch
// http://web.example/".
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/dhcp/server.hpp"
#include "lab/file/topology_file.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::view {

/// What is wrong with the programs that a file names. One that there is not, and that no other is meant by,
/// is a warning: files of containerlab name programs of their images.
std::vector<lab::Remark> check_programs(const lab::TopologyFile& file);

/// What runs on the hosts, as far as others may want to look at it.
struct Services {
    std::map<std::string, std::shared_ptr<const app::dhcp::Server>> dhcp_servers;  ///< by host
    std::map<std::string, std::shared_ptr<const bool>> done;  ///< by host: its programs do what they are for

    bool all_done() const {
        return std::ranges::all_of(done, [](const auto& host) { return *host.second; });
    }
};

/// Starts the programs of each host when it is its turn, and anew whenever the host starts. Those of one host
/// follow each other: the next one starts once the one before does what it is for.
/// @pre the lab was built from this file, whose programs have no mistakes
Services start_programs(Lab& lab, const lab::TopologyFile& file);

/// A line for each program that there is, for a person.
std::string list_programs();

}  // namespace sockeye::view
