// Labs as tests: what a topology file expects, held against what happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/topology.hpp"
#include "cli/verb.hpp"
#include "view/expect/test_run.hpp"

namespace sockeye::cli {

/// How a run came about, as far as it takes to see it again.
struct Again {
    std::string path;   ///< of the topology's file
    std::string shape;  ///< or instead of it
    std::string faults_file;
    std::uint64_t seed = 1;
    std::string until;
};

/// "sockeye lab test office.clab.yml --seed 7"
std::string command_of(const Again& again);

/// What a person needs of the first failure: seed, time, host, the last packets, the command. "": there is
/// none.
std::string report_of(const view::TestRun& run, const Again& again);

/// "(alice, 6.258425 s: 200 OK after 40ms)"
std::string outcome_of(const view::Verdict& verdict);

/// Says so where a file expects nothing. @returns whether it does
bool says_nothing_expected(std::string_view verb, const TopologySource& source);

/// --until, as it is written and what it means
void add_test_until(CLI::App& command, std::optional<Duration>& until, std::string& text);

/// `lab test`
void add_lab_test(CLI::App& group, Action& chosen);

}  // namespace sockeye::cli
