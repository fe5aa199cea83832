// Every packet script under test/scripts is a test: a folder a topic, a file a rule.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "test/scripts/player.hpp"
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_scripts() {
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::recursive_directory_iterator{SCRIPTS})
        if (entry.path().extension() == ".script") scripts.push_back(entry.path());
    std::ranges::sort(scripts);
    return scripts;
}

class PacketScript : public testing::TestWithParam<fs::path> {};

TEST_P(PacketScript, HappensAsWritten) {
    std::ifstream file{GetParam()};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(play(text), "") << GetParam();
}

INSTANTIATE_TEST_SUITE_P(, PacketScript, testing::ValuesIn(all_scripts()), [](const auto& script) {
    std::string name = script.param.parent_path().stem().string() + "_" + script.param.stem().string();
    std::ranges::replace(name, '-', '_');
    return name;
});

TEST(PacketScriptPlayer, SaysWhichLineWentOtherwise) {
    EXPECT_EQ(play("0 connect\n+0 > S 0:0(0) <mss 1400>\n"),
              "line 2: +0 > S 0:0(0) <mss 1400>\n"
              "  at 0.000000 this left: S 0:0(0) win 65535 <mss 1460>");
    EXPECT_EQ(play("0 connect\n+.5 > S 0:0(0) <mss 1460>\n"),
              "line 2: +.5 > S 0:0(0) <mss 1460>\n"
              "  at 0.000000 this left: S 0:0(0) win 65535 <mss 1460>");
    EXPECT_EQ(play("0 connect\n"), "line 1: the end\n  this left, too: S 0:0(0) win 65535 <mss 1460>");
    EXPECT_EQ(play("0 connect\n+0 > S 0:0(0) <...>\n+0 state ESTABLISHED\n"),
              "line 3: +0 state ESTABLISHED\n  state is SYN-SENT");
    EXPECT_EQ(play("0 fly\n"), "line 1: 0 fly\n  no such call");
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
