// Every script under test/packetdrill/scripts plays through the shared object, over IPv4 and over IPv6.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "test/packetdrill/player.hpp"
#include "test/packetdrill/script.hpp"

namespace sockeye::packetdrill::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_scripts() {
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::recursive_directory_iterator{PACKETDRILL_SCRIPTS})
        if (entry.path().extension() == ".pkt") scripts.push_back(entry.path());
    std::ranges::sort(scripts);
    return scripts;
}

std::string contents(const fs::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string name_of(const testing::TestParamInfo<fs::path>& info) {
    std::string name = fs::relative(info.param, PACKETDRILL_SCRIPTS).replace_extension().string();
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

class DoorScript : public testing::TestWithParam<fs::path> {};

TEST_P(DoorScript, PlaysOverIpv4) {
    EXPECT_EQ(play(contents(GetParam()), Family::inet), "") << GetParam();
}
TEST_P(DoorScript, PlaysOverIpv6) {
    EXPECT_EQ(play(contents(GetParam()), Family::inet6), "") << GetParam();
}
TEST_P(DoorScript, EndsAnywhereWithoutHarm) {
    const std::string text = contents(GetParam());
    const std::size_t events = read_script(text).events.size();
    for (std::size_t played = 0; played <= events; ++played) EXPECT_EQ(play(text, Family::inet, played), "");
}

INSTANTIATE_TEST_SUITE_P(Scripts, DoorScript, testing::ValuesIn(all_scripts()), name_of);

TEST(DoorScripts, AreAHundredAtLeast) {
    EXPECT_GE(all_scripts().size(), 100U);
}

}  // namespace
}  // namespace sockeye::packetdrill::test
