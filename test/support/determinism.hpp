// Whether a lab does the same twice, and where it first does not.
#pragma once

#include <functional>
#include <string>

#include "sockeye/lab.hpp"

namespace sockeye::test {

/// Builds a lab and runs it.
using Scenario = std::function<void(Lab&)>;

/// Runs it in two labs of one seed: the test fails unless their frames are the same, and shows the first
/// that are not.
void expect_same_twice(const Scenario& scenario, LabOptions options = {});

/// "frame 12 differs: … in the first, … in the second"; empty: their frames, and what their devices dropped,
/// are the same.
std::string first_difference(const Lab& first, const Lab& second);

}  // namespace sockeye::test
