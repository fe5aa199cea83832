// One host that is to bring one expectation about: it tries, and sees what comes of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lab/file/expectation.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/task.hpp"
#include "view/programs/programs.hpp"

namespace sockeye::view {

/// Where it all happens.
struct Stage {
    lab::World& world;
    const lab::TopologyFile& file;
    const Services& services;
    std::map<std::string, Duration> starts;  ///< of each host's programs
};

/// An expectation of every host has one a host, and one that is of every other host one a pair.
struct Watch {
    const lab::Expectation* expectation;
    std::string host;
    std::string target;  ///< the expectation's, or one of those that it means
    std::optional<Instant> began{};
    std::optional<bool> held{};  ///< nothing: it is not decided yet
    Instant decided{};
    std::string why{};  ///< what the last try came to

    Instant ends() const { return began ? *began + expectation->lasts : Instant::never(); }
    void decide(bool has_held, Instant now);
    /// Decides what nobody will decide any more: the host is off, or the run is over.
    void give_up(std::string_view why_not, Instant now);
};

/// Tries until it is decided. Where the host is restarted meanwhile, another begins where this one was.
/// `stage` and `watch` outlive it.
Task<> keep_watch(Host& host, const Stage& stage, Watch& watch);

}  // namespace sockeye::view
