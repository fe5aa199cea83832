// Every body on every network and between two, and every body twice in a lab: the same octets at the same
// nanosecond.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "test/conformance/bodies.hpp"
#include "test/support/kernel_backends.hpp"

namespace sockeye::conformance {
namespace {

std::vector<Body> all_bodies() {
    std::vector<Body> all;
    for (std::span<const Body> group :
         {stream_bodies(), datagram_bodies(), waiting_bodies(), name_bodies(), option_bodies(),
          message_bodies(), file_bodies(), sendfile_bodies(), fault_bodies()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

class Conformance : public ::testing::TestWithParam<Body> {
protected:
    void SetUp() override {
        // A body that hangs on the kernel must not hang the run.
        alarm(60);
    }
    void TearDown() override { alarm(0); }
};

TEST_P(Conformance, OnTheKernel) {
    KernelPlace place{Backend::epoll};
    GetParam().run(place);
}

TEST_P(Conformance, OnTheKernelByIoUring) {
    const std::string refused = test::refusal(Backend::io_uring);
    if (!refused.empty()) GTEST_SKIP() << "io_uring is refused: " << refused;
    KernelPlace place{Backend::io_uring};
    GetParam().run(place);
}

TEST_P(Conformance, InTheLab) {
    LabPlace place;
    GetParam().run(place);
    if (HasFailure())
        ADD_FAILURE() << "seed " << place.lab().seed() << "\n" << ladder(place.lab(), {.last = 20});
}

TEST_P(Conformance, InTheLabTwiceGivesTheSameHash) {
    const auto hash = [&](std::uint64_t seed) {
        LabPlace place{seed};
        GetParam().run(place);
        return place.lab().hash();
    };
    const std::string first = hash(7);
    EXPECT_EQ(first, hash(7));
    if (first == LabPlace{}.lab().hash()) return;  // nothing was put on any cable
    EXPECT_NE(first, hash(8)) << "another seed chooses other ports and sequence numbers";
}

TEST_P(Conformance, InTheLabAsProgramsOutsideIt) {
    CalledPlace place;
    GetParam().run(place);
    if (HasFailure())
        ADD_FAILURE() << "seed " << place.lab().seed() << "\n" << ladder(place.lab(), {.last = 20});
}

void run_over_tap(const Body& body, TapPlace::Server server) {
    const std::string refused = test::tap_refusal();
    if (!refused.empty()) GTEST_SKIP() << refused;
    TapPlace place{server};
    body.run(place);
}

TEST_P(Conformance, OverTapAgainstLinuxServingOnTheStack) {
    run_over_tap(GetParam(), TapPlace::Server::stack);
}

TEST_P(Conformance, OverTapAgainstLinuxServingOnTheKernel) {
    run_over_tap(GetParam(), TapPlace::Server::kernel);
}

INSTANTIATE_TEST_SUITE_P(Bodies, Conformance, ::testing::ValuesIn(all_bodies()),
                         [](const auto& body) { return std::string{body.param.name}; });

}  // namespace
}  // namespace sockeye::conformance
