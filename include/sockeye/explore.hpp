// explore(): one test under many seeds, on all cores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sockeye/error.hpp"

namespace sockeye {

/// From the first to the last, both included.
struct Seeds {
    std::uint64_t first = 1;
    std::uint64_t last = 100;
};

struct ExploreOptions {
    enum class Stop : std::uint8_t {
        at_first_failure,  ///< the one with the lowest seed, however many processes there are
        never,
    };

    std::size_t jobs = 0;  ///< processes that share the seeds; 0: one a core
    Stop stop = Stop::at_first_failure;
    /// Told now and then how many seeds have been tried, and how many of them failed.
    std::function<void(std::uint64_t tried, std::uint64_t failed)> progress{};
};

struct SeedFailure {
    std::uint64_t seed = 0;
    std::string why;  ///< what the test returned or threw, or the signal that its process died of
};

struct Explored {
    std::uint64_t tried = 0;
    std::vector<SeedFailure> failures;  ///< by seed; where it stops at the first, no more than that one
};

/// What a test says of a seed; empty: all is well.
using SeedTest = std::function<std::string(std::uint64_t seed)>;

/// Runs `test` once for each seed, in processes of its own (fork), so that a crash is one seed's failure and
/// no more. What the test does to variables is therefore not seen here. Call it while the process has one
/// thread: the others would be missing in the copies.
///
///     explore({1, 1000}, [](std::uint64_t seed) {
///         Lab lab{{.seed = seed}};
///         …
///         return answer == "HELLO" ? "" : "it said " + answer;
///     });
///
/// @returns resources_exhausted: the system gives no process or pipe
Result<Explored> explore(Seeds seeds, const SeedTest& test, const ExploreOptions& options = {});

}  // namespace sockeye
