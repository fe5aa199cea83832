// Test results as JUnit's XML, which systems for continuous integration read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "view/expect/test_run.hpp"

namespace sockeye::cli {

/// One lab that was tested.
struct TestedLab {
    std::string path;  ///< of its file
    std::string name;
    view::TestRun run;
    std::string report;  ///< of its first failure, for a person; empty: none
};

/// A suite a lab, a case an expectation. Times are virtual, so the same labs give the same octets.
std::string to_junit(const std::vector<TestedLab>& labs);

/// Fit to stand between tags and between quotation marks (XML 1.0 §2.2, §2.4): what no XML may hold becomes
/// U+FFFD or a picture of it.
std::string xml_text(std::string_view text);

}  // namespace sockeye::cli
