#include "test/support/lab_report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

#include "lab/world.hpp"

namespace sockeye::test {

namespace {

constexpr std::size_t packets = 20;

/// The labs with a report, in the order in which they came to be.
std::vector<const Lab*>& labs() {
    static std::vector<const Lab*> all;
    return all;
}

/// Within a failure, since afterwards the test's labs are gone.
class Listener final : public ::testing::EmptyTestEventListener {
    void OnTestEnd(const ::testing::TestInfo&) override { has_reported_ = false; }
    void OnTestPartResult(const ::testing::TestPartResult& result) override {
        if (!result.failed() || labs().empty() || has_reported_) return;
        has_reported_ = true;  // what follows from the first failure would only repeat it
        const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
        const std::string name = fmt::format("{}.{}", test.test_suite_name(), test.name());
        for (const Lab* lab : labs()) std::fputs(report_of(*lab, name).c_str(), stdout);
        std::fflush(stdout);
    }

    bool has_reported_ = false;
};

void listen_once() {
    static const bool listens = [] {
        ::testing::UnitTest::GetInstance()->listeners().Append(new Listener);
        return true;
    }();
    (void)listens;
}

}  // namespace

LabReport::LabReport(const Lab& lab) : lab_{&lab} {
    listen_once();
    labs().push_back(&lab);
}

LabReport::~LabReport() {
    std::erase(labs(), lab_);
}

std::string report_of(const Lab& lab, std::string_view test) {
    const std::string_view host = lab.world().latest_host();
    return fmt::format("lab: seed {}, {} s of virtual time, {}\n{}again: ./dev test '^{}$'\n", lab.seed(),
                       to_string(lab.now()),
                       host.empty() ? "no program ran" : fmt::format("last to run: {}", host),
                       ladder(lab, {.last = packets}), test);
}

}  // namespace sockeye::test
