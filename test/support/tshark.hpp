// Asks tshark, as an oracle that shares no code with us, what is in a recording.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace sockeye::test {

inline bool has_tshark() {
    return std::system("tshark --version >/dev/null 2>&1") == 0;
}

/// What `tshark -r FILE OPTIONS` prints, complaints included.
inline std::string tshark(const std::string& pcapng, const std::string& options) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    const std::string path = ::testing::TempDir() + test->test_suite_name() + "." + test->name() + ".pcapng";
    std::ofstream{path, std::ios::binary} << pcapng;
    std::FILE* pipe = popen(("tshark -r '" + path + "' " + options + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return "no pipe";
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    pclose(pipe);
    std::remove(path.c_str());
    // It says so when it runs as root, whatever it is asked.
    if (text.starts_with("Running as user")) text.erase(0, text.find('\n') + 1);
    return text;
}

}  // namespace sockeye::test
