// A lab put up from its files: built, what is to go wrong with it planned, its programs started.
#pragma once

#include <string>
#include <vector>

#include "lab/file/builder.hpp"
#include "lab/file/faults_file.hpp"
#include "lab/file/topology_file.hpp"
#include "sockeye/lab.hpp"
#include "view/programs/programs.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

/// Its clock shows zero. What looks into it holds on to it, so it stays where it is.
struct StartedLab {
    /// @pre neither the topology nor its programs have mistakes; `file` outlives it
    StartedLab(const lab::TopologyFile& file, const std::vector<lab::Fault>& faults, LabOptions options)
        : lab{options}, running{.name = file.name, .lab = lab} {
        lab::build(lab, file);
        lab::schedule(lab, faults);
        services = start_programs(lab, file);
        for (const auto& [host, server] : services.dhcp_servers) running.dhcp.push_back({host, server});
    }
    StartedLab(const StartedLab&) = delete;
    StartedLab& operator=(const StartedLab&) = delete;

    Lab lab;
    Services services;
    RunningLab running;
};

}  // namespace sockeye::view
