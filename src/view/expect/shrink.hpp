// The fewest and shortest faults with which something still fails: delta debugging (Zeller, Hildebrandt
// 2002).
#pragma once

#include <functional>
#include <vector>

#include "lab/file/faults_file.hpp"

namespace sockeye::view {

/// Whether it fails with those faults, as it did with all of them.
using StillFails = std::function<bool(const std::vector<lab::Fault>& faults)>;

struct Shrunk {
    std::vector<lab::Fault> faults;
    std::size_t tries = 0;  ///< how often it was asked whether it still fails
};

/// Faults that come again and again are first written out as single ones. Then no fault can be left out, and
/// no half, quarter or smaller part of how long each lasts, down to a millisecond, without which it still
/// fails; and what lasts for ever ends, where that is enough.
/// @pre still_fails(faults)
/// @param most_tries  then what has been found by then is what is returned
Shrunk shrink(std::vector<lab::Fault> faults, const StillFails& still_fails, std::size_t most_tries = 1000);

}  // namespace sockeye::view
