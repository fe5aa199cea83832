// What a benchmark found, for a person and for a machine.
#pragma once

#include <string>

#include "app/bench.hpp"

namespace sockeye::cli {

struct BenchReport {
    const app::BenchPlan& plan;
    const app::BenchResult& result;
    Duration cpu{};          ///< of this process, while it ran
    std::string congestion;  ///< the congestion control used; empty: not TCP, or not asked
    std::string instead_of;  ///< the system's default, where another was chosen
};

std::string bench_text(const BenchReport& report);
/// An object and a line end.
std::string bench_json(const BenchReport& report);

/// A line for each step of 1, 2, 5, 10, 20 … that values fall into, with a bar as long as its share.
/// Empty where nothing was recorded.
std::string draw(const app::Histogram& latency);

}  // namespace sockeye::cli
