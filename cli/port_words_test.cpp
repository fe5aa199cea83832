#include "cli/port_words.hpp"

#include <gtest/gtest.h>

namespace sockeye::cli {
namespace {

using Ranges = std::vector<PortRange>;

TEST(PortWords, ANumberARangeAServiceAndAListOfThem) {
    EXPECT_EQ(parse_ports("80").value(), (Ranges{{80, 80}}));
    EXPECT_EQ(parse_ports("1-65535").value(), (Ranges{{1, 65535}}));
    EXPECT_EQ(parse_ports("http").value(), (Ranges{{80, 80}}));
    EXPECT_EQ(parse_ports("22,http,8000-8100").value(), (Ranges{{22, 22}, {80, 80}, {8000, 8100}}));
    EXPECT_EQ(parse_ports("ftp-data").value(), (Ranges{{20, 20}}));  // a name with a dash in it
}

TEST(PortWords, AMistakeIsNamed) {
    for (const char* word : {"", "0", "65536", "080", "9-1", "1-", "80,", "1-2-3", "-5"})
        EXPECT_FALSE(parse_ports(word)) << word;
    EXPECT_EQ(parse_ports("9-1").error().detail(), "9-1 is no range: the smaller port comes first");
    EXPECT_EQ(parse_ports("htpp").error().code(), Errc::name_not_found);
}

TEST(PortWords, TheServiceOfAPortHasItsProtocol) {
    EXPECT_EQ(service_at(22, "tcp"), "ssh");
    EXPECT_EQ(service_at(69, "udp"), "tftp");
    EXPECT_EQ(service_at(69, "tcp"), "-");
}

}  // namespace
}  // namespace sockeye::cli
