// A lab that is put up to see whether what its file expects comes true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab/file/faults_file.hpp"
#include "lab/file/topology_file.hpp"
#include "lab/journey.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye::view {

/// What is wrong with a file's expectations that only programs know: a URL that is none; so many pairs of
/// hosts that nobody would wait for them.
std::vector<lab::Remark> check_expectations(const lab::TopologyFile& file);

struct Verdict {
    lab::Expectation expectation;
    bool held = false;
    std::string host;   ///< the first of whom it was not true; else the last of whom it was
    std::string about;  ///< whom that host tried, where the expectation does not say it
    std::string why;    ///< what came of the try that decided: "answered after 1.2ms"
    Instant began{};
    Instant decided{};
};

struct TestOptions {
    std::uint64_t seed = 1;
    std::vector<lab::Fault> faults{};
    std::optional<Duration> until{};  ///< virtual time; nothing: until all is decided
};

struct TestRun {
    std::vector<Verdict> verdicts{};  ///< in the order in which they are written
    std::uint64_t seed = 1;
    Instant ended{};
    std::string hash{};
    lab::FrameCount frames{};
    std::optional<Error> error{};  ///< that ended it early: a storm, a spin
    std::string last_packets{};    ///< a ladder of the last 20 before the first failure; empty: all is well

    /// The one that failed first; nullptr: none.
    const Verdict* first_failure() const;
    std::size_t failures() const;
};

/// As fast as it can. The same file and options give the same run.
/// @pre the file has no mistakes
TestRun run_expectations(const lab::TopologyFile& file, const TestOptions& options);

}  // namespace sockeye::view
