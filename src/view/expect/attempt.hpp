// One try of what an expectation says that a host does.
#pragma once

#include <string>

#include "sockeye/lab.hpp"
#include "sockeye/task.hpp"

namespace sockeye::view {

struct Stage;
struct Watch;

struct Attempt {
    bool succeeded = false;  ///< what the verb says has happened, whether it was to happen or not
    std::string what{};      ///< for a person: "answered after 1.2ms", "refused"
};

/// @param until  when it is given up
Task<Attempt> try_once(Host& host, const Stage& stage, const Watch& watch, Instant until);

}  // namespace sockeye::view
