#include "lab/capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye::lab {
namespace {

using test::has_tshark;
using test::tshark;
using ::testing::HasSubstr;

/// A datagram from host to host, and another that is lost on its way.
struct CaptureTest : ::testing::Test {
    std::ostringstream file;
    LabOptions options;

    std::string run(std::ostream* out) {
        Lab lab{options};
        Switch& lan = lab.add_switch("lan");
        Host& a = lab.add_host("a", lan, "10.0.0.1/24", {.delay = 1ms});
        Host& b = lab.add_host("b", lan, "10.0.0.2/24", {.delay = 1ms});
        lab.capture_to(out);
        Socket socket{a, Family::inet, SocketType::datagram};
        const Socket target = create_datagram_server(b, {"10.0.0.2", 9}).value();
        const Address there{"10.0.0.2", 9};
        EXPECT_TRUE(socket.sendto("one", there).wait());
        EXPECT_TRUE(lab.run_for(1s));
        EXPECT_TRUE(socket.sendto("two", there).wait());
        EXPECT_TRUE(lab.run_for(500us));
        lab.cut("a", "lan");
        EXPECT_TRUE(lab.run_for(1s));
        return lab.hash();
    }
};

TEST_F(CaptureTest, ChangesNothingInTheHash) {
    const std::string hash = run(nullptr);
    options.keep_frames = 0;
    EXPECT_EQ(run(nullptr), hash);
    EXPECT_EQ(run(&file), hash);
    EXPECT_THAT(file.str(), HasSubstr("sockeye recording\nseed 1\nhash " + hash + "\n"));
}

TEST_F(CaptureTest, HasEveryFrameOnEveryCableOnce) {
    if (!has_tshark()) GTEST_SKIP() << "tshark is not here";
    options.keep_frames = 0;
    run(&file);
    EXPECT_EQ(tshark(file.str(),
                     "-Y 'udp or frame.comment' -T fields -e frame.interface_name -e frame.cap_len -e "
                     "frame.len -e frame.comment"),
              "a:eth0\t45\t45\t\n"
              "lan:2\t45\t45\t\n"
              "a:eth0\t45\t45\t\n"
              "a:eth0\t0\t45\tDROP cable cut\n");
}

TEST_F(CaptureTest, HasTheHostsNames) {
    if (!has_tshark()) GTEST_SKIP() << "tshark is not here";
    run(&file);
    EXPECT_THAT(tshark(file.str(), "-N n -Y udp"), HasSubstr("a → b"));
}

}  // namespace
}  // namespace sockeye::lab
