// What a lab knows when a test in it fails: seed, virtual time, who ran, the last packets, and how to see it
// again.
#pragma once

#include <string>
#include <string_view>

#include "sockeye/lab.hpp"

namespace sockeye::test {

/// While it lives, the first failure of the test that runs prints the lab's report. Beside each lab:
///
///     Lab lab{{.seed = 7}};
///     test::LabReport report{lab};
class LabReport {
public:
    explicit LabReport(const Lab& lab);
    LabReport(const LabReport&) = delete;
    LabReport& operator=(const LabReport&) = delete;
    ~LabReport();

private:
    const Lab* lab_;
};

/// @param test  "Suite.Name"
std::string report_of(const Lab& lab, std::string_view test);

}  // namespace sockeye::test
