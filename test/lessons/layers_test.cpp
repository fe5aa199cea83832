// The checklist's row on layers: what a frame of a live run says, under both models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "test/lessons/sockeye.hpp"

namespace sockeye {
namespace {

using test::sockeye;
using ::testing::HasSubstr;

/// A file of this test alone, which goes with it.
class Recording {
public:
    ~Recording() {
        std::error_code gone_already;
        std::filesystem::remove(path_, gone_already);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_ =
        std::filesystem::temp_directory_path() / ("layers." + std::to_string(getpid()) + ".pcapng");
};

TEST(Lessons, Lesson016_EveryFieldOfAFrameHasItsLayerUnderOsiAndUnderTcpIp) {
    const Recording recording;
    ASSERT_EQ(sockeye({"tour", "--record", recording.path()}).exit, 0);

    const test::Answer arp = sockeye({"explain", recording.path(), "--frame", "1"});
    EXPECT_EQ(arp.exit, 0);
    EXPECT_THAT(arp.text, HasSubstr("ARP who has 10.0.0.1? tell 10.0.0.2\n"
                                    "  2 data link (link)         Ethernet II"));
    EXPECT_THAT(arp.text, HasSubstr("Destination Address      ff:ff:ff:ff:ff:ff"));

    const test::Answer data = sockeye({"explain", recording.path(), "--frame", "5"});
    EXPECT_THAT(data.text, HasSubstr("\n  2 data link (link)         Ethernet II"));
    EXPECT_THAT(data.text, HasSubstr("\n  3 network (internet)       IPv4                   RFC 791\n"));
    EXPECT_THAT(data.text, HasSubstr("\n  4 transport (transport)    TCP                    RFC 9293\n"));
    EXPECT_THAT(data.text, HasSubstr("\n  7 application (application) application data"));

    EXPECT_EQ(sockeye({"explain", recording.path(), "--frame", "1000"}).exit, 1);
    EXPECT_EQ(sockeye({"explain", "/etc/hostname"}).exit, 1) << "no recording";
    EXPECT_EQ(sockeye({"explain"}).exit, 2);
}

}  // namespace
}  // namespace sockeye
