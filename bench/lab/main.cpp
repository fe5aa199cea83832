// One scenario of `./dev bench lab` in our lab, once, and what it cost as one line of JSON.
//   bench_lab SCENARIO SIZE [CAPTURE]
#include <sys/resource.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "bench/lab/scenario.hpp"
#include "lab/world.hpp"

namespace {

using namespace sockeye;
using Clock = std::chrono::steady_clock;

struct Named {
    std::string_view name;
    bench::Scenario run;
};

constexpr std::array scenarios{
    Named{"two_lans", bench::two_lans}, Named{"flat", bench::flat}, Named{"routed", bench::routed},
    Named{"apart", bench::apart},       Named{"dhcp", bench::dhcp}, Named{"idle", bench::idle},
};

double seconds(Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

struct StopWatch final : bench::Watch {
    void built() override { built_at = Clock::now(); }
    Clock::time_point started = Clock::now();
    Clock::time_point built_at;
};

/// @param capture  a file, in which nothing is kept but what this run writes; empty: none
int measure(const Named& scenario, std::size_t size, const std::string& capture) {
    StopWatch watch;
    std::ofstream file;
    Lab lab{{.keep_frames = 0}};
    if (!capture.empty()) {
        file.open(capture, std::ios::binary | std::ios::trunc);
        bench::require(file.is_open(), "the file to capture to cannot be written");
        lab.capture_to(&file);
    }
    scenario.run(lab, size, watch);
    lab.capture_to(nullptr);
    const std::size_t captured = capture.empty() ? 0 : static_cast<std::size_t>(file.tellp());
    const Clock::time_point ended = Clock::now();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf(R"({"setup": %.6f, "run": %.6f, "hops": %llu, "rss": %ld, "captured": %zu, "hash": "%s"})"
                "\n",
                seconds(watch.built_at - watch.started), seconds(ended - watch.built_at),
                static_cast<unsigned long long>(lab.world().recorder().next_number()), usage.ru_maxrss,
                captured, lab.hash().c_str());
    return 0;
}

}  // namespace

int main(int count, char** words) {
    std::size_t size = 0;
    const std::string_view wanted = count > 2 ? words[1] : "";
    if (count > 2) {
        const std::string_view text = words[2];
        std::from_chars(text.data(), text.data() + text.size(), size);
    }
    for (const Named& scenario : scenarios)
        if (scenario.name == wanted && size > 0) return measure(scenario, size, count > 3 ? words[3] : "");
    std::fputs("usage: bench_lab two_lans|flat|routed|apart|dhcp|idle SIZE [CAPTURE]\n", stderr);
    return 2;
}
