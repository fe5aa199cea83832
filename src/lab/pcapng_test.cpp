#include "lab/pcapng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/recorded_lab.hpp"
#include "test/support/tshark.hpp"

namespace sockeye::lab {
namespace {

using test::has_tshark;
using test::tshark;
using ::testing::HasSubstr;

struct Recording : ::testing::Test, test::RecordedLab {};

TEST_F(Recording, IsTheSameTwice) {
    const test::RecordedLab again;
    EXPECT_EQ(to_pcapng(world), to_pcapng(again.world));
}

TEST_F(Recording, SaysWithWhatItCouldBeMadeAgain) {
    const std::string file = to_pcapng(world);
    EXPECT_THAT(file, HasSubstr("seed 7\nhash " + world.recorder().hash() +
                                "\n"
                                "switch lan\n"
                                "host server 10.0.0.1/24 02:00:00:00:00:01\n"
                                "host client 10.0.0.2/24 02:00:00:00:00:02\n"
                                "cable server:eth0 -- lan:1 1000000000bit/s 500ns\n"
                                "cable client:eth0 -- lan:2 1000000000bit/s 500ns\n"));
}

TEST_F(Recording, HasEachFrameOnceWhereItsSenderOfferedItAndNamesWhatWasLost) {
    if (!has_tshark()) GTEST_SKIP() << "tshark is not here";
    EXPECT_EQ(tshark(to_pcapng(world),
                     "-Y eth -T fields -e frame.time_epoch -e frame.interface_name -e frame.protocols -e "
                     "frame.comment"),
              "946684800.000000000\tclient:eth0\teth:ethertype:arp\t\n"
              "946684800.000010000\tserver:eth0\teth:ethertype:arp\t\n"
              "946684800.000020000\tclient:eth0\teth:ethertype:ip:udp:data\t\n"
              "946684801.000000000\tserver:eth0\teth:ethertype:ip:udp:data\t"
              "DROP cable cut at client:eth0 -- lan:2\n");
}

TEST_F(Recording, HasTheHostsNames) {
    if (!has_tshark()) GTEST_SKIP() << "tshark is not here";
    EXPECT_THAT(tshark(to_pcapng(world), "-N n -Y udp"), HasSubstr("client → server"));
}

}  // namespace
}  // namespace sockeye::lab
