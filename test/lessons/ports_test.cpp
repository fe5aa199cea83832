// The checklist's rows on ports that a table answers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "socket/kernel/services.hpp"
#include "test/lessons/sockeye.hpp"

namespace sockeye {
namespace {

using test::sockeye;

TEST(Lessons, Lesson029_PortsAreSystem_Registered_OrDynamic_RFC6335_6) {
    const PortRange linux_picks = kernel::ephemeral_ports().value();
    const char* picked = linux_picks.contains(50000) ? "ephemeral" : "-        ";
    EXPECT_EQ(sockeye({"port", "info", "80", "3306", "50000"}).text,
              fmt::format("port   class       range        Linux      service\n"
                          "80     system      0-1023       -          http/tcp (www)\n"
                          "3306   registered  1024-49151   -          mysql/tcp\n"
                          "50000  dynamic     49152-65535  {}  -\n"
                          "Linux picks from {}-{}.\n",
                          picked, linux_picks.first, linux_picks.last));
    EXPECT_EQ(sockeye({"port", "info", "0", "1023", "1024", "49151", "49152", "65535"}).exit, 0);
    EXPECT_EQ(sockeye({"port", "info", "65536"}).exit, 2);
}

TEST(Lessons, Lesson031_TheServicesOfTheTableHaveTheirPortsAndProtocols) {
    const test::Answer answer = sockeye(
        {"port", "name", "ftp", "ftp-data", "tftp", "telnet", "smtp", "domain", "http", "ssh", "mysql"});
    EXPECT_EQ(answer.exit, 0);
    EXPECT_EQ(answer.text,
              "name      port  protocol  class\n"
              "ftp       21    tcp       system\n"
              "ftp-data  20    tcp       system\n"
              "tftp      69    udp       system\n"
              "telnet    23    tcp       system\n"
              "smtp      25    tcp       system\n"
              "domain    53    tcp, udp  system\n"
              "http      80    tcp       system\n"
              "ssh       22    tcp       system\n"
              "mysql     3306  tcp       registered\n");
    // "htpp", as the lesson writes it, is no service.
    EXPECT_EQ(sockeye({"port", "name", "htpp"}).exit, 6);
}

}  // namespace
}  // namespace sockeye
