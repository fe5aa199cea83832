// What must hold on each backend of the kernel's network: a fixture that runs a test on every one.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include "sockeye/kernel.hpp"

namespace sockeye::test {

inline constexpr std::array kernel_backends{Backend::epoll, Backend::io_uring};

inline std::string_view to_string(Backend backend) {
    switch (backend) {
        case Backend::automatic: return "automatic";
        case Backend::epoll: return "epoll";
        case Backend::io_uring: return "io_uring";
    }
    return "";
}

/// Why this machine refuses `backend`; empty: it does not.
inline std::string refusal(Backend backend) {
    try {
        KernelNetwork network{{.backend = backend}};
    } catch (const std::system_error& refused) {
        return refused.what();
    }
    return {};
}

/// Skips where the machine refuses the backend.
class OnEachBackend : public ::testing::TestWithParam<Backend> {
protected:
    void SetUp() override {
        if (!refusal_.empty()) GTEST_SKIP() << to_string(GetParam()) << " is refused: " << refusal_;
    }
    /// A test that will be skipped has its members nevertheless.
    KernelOptions options() const { return {.backend = refusal_.empty() ? GetParam() : Backend::automatic}; }

private:
    std::string refusal_ = refusal(GetParam());
};

/// For INSTANTIATE_TEST_SUITE_P: what a test's name says of its backend.
inline std::string backend_of(const ::testing::TestParamInfo<Backend>& test) {
    return std::string{to_string(test.param)};
}

}  // namespace sockeye::test
