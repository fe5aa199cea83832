// sockeye tour: one program on two networks, and what happened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/session.hpp"
#include "app/upper_client.hpp"
#include "lab/journey.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::cli {

/// One client's visit to the upper-case server on the machine's own network.
struct MachineVisit {
    Address server;
    Transport transport = Transport::tcp;
    app::Visit visit;
};

/// What the lab is made of, and what is done to it.
struct LabPlan {
    std::uint64_t seed = 7;
    CableOptions cable;
    Duration cut_at = 2s;
    Duration heal_at = 5s;
    Duration pause = 2500ms;  ///< between an answer and the client's next line: into the cut
    std::uint16_t port = 9001;
};

/// What happened in the lab beyond what the lab itself can tell.
struct LabRun {
    app::Visit visit;
    Duration took;  ///< of the machine's time
    lab::FrameCount count{};
};

struct Aftermath {
    std::string command;  ///< how this program was called
    Address server;       ///< the TCP server of this run
    bool stays = false;
    std::string recorded;  ///< the file the recording was written to, if it was
};

// For people; 80 columns.
std::string opening_text(const LabPlan& plan);
std::string machine_text(const MachineVisit& visit);
std::string lab_text(const Lab& lab, const LabPlan& plan, const LabRun& run);
std::string ending_text(const LabPlan& plan, const Aftermath& aftermath);

// For machines: JSON, an object a line.
std::string machine_json(const MachineVisit& visit);
std::string lab_json(const Lab& lab, const LabPlan& plan, const LabRun& run);
std::string ending_json(const Aftermath& aftermath);

}  // namespace sockeye::cli
