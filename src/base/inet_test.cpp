// The system's macros come first, as they would in a user's file.
#include <arpa/inet.h>

#include "sockeye/inet.hpp"

#include <gtest/gtest.h>

#include <array>

#include "test/support/python.hpp"

namespace sockeye {
namespace {

std::string answer(const std::string& call) {
    return test::python("import socket\ntry: print(" + call + ")\nexcept OSError: print(\"error\")")[0];
}

TEST(Inet, AtonReadsWhatPythonReads) {
    for (const std::string text :
         {"127.0.0.1", "127.1", "127.0.257", "2130706433", "0x7f.1", "0177.0.0.01", "0", "1.2.3.4.5",
          "256.0.0.1", "1.2.3.256", "1.2.65536", "4294967296", "", "1.", ".1", "08", "0x", "a", "-1"}) {
        const Result<IpAddress> ours = inet_aton(text);
        EXPECT_EQ(ours ? ours->to_string() : "error",
                  answer("socket.inet_ntoa(socket.inet_aton(\"" + text + "\"))"))
            << text;
    }
}

TEST(Inet, PtonIsStrictAboutTheFamily) {
    EXPECT_EQ(inet_pton(Family::inet, "192.0.2.1").value().to_string(), "192.0.2.1");
    EXPECT_EQ(inet_pton(Family::inet6, "2001:DB8::1").value().to_string(), "2001:db8::1");
    EXPECT_EQ(inet_pton(Family::inet6, "192.0.2.1").error(), Errc::invalid_argument);
    EXPECT_EQ(inet_pton(Family::inet, "127.1").error(), Errc::invalid_argument);
}

TEST(Inet, NtopWantsAsManyOctetsAsTheFamilyHas) {
    const std::array four{std::byte{192}, std::byte{0}, std::byte{2}, std::byte{1}};
    EXPECT_EQ(inet_ntop(Family::inet, four).value(), "192.0.2.1");
    EXPECT_EQ(inet_ntoa(four).value(), "192.0.2.1");
    std::array<std::byte, 16> sixteen{};
    sixteen[15] = std::byte{1};
    EXPECT_EQ(inet_ntop(Family::inet6, sixteen).value(), "::1");
    EXPECT_EQ(inet_ntop(Family::inet6, four).error(), Errc::invalid_argument);
    EXPECT_EQ(inet_ntoa(sixteen).error(), Errc::invalid_argument);
}

TEST(Inet, OctetsAreTurnedAsTheSystemTurnsThem) {
    for (const std::uint32_t value : {0U, 1U, 0x01020304U, 0xffffff00U}) {
        EXPECT_EQ((sockeye::htonl)(value), ::htonl(value));
        EXPECT_EQ((sockeye::ntohl)((sockeye::htonl)(value)), value);
        const auto half = static_cast<std::uint16_t>(value);
        EXPECT_EQ((sockeye::htons)(half), ::htons(half));
        EXPECT_EQ((sockeye::ntohs)((sockeye::htons)(half)), half);
    }
}

}  // namespace
}  // namespace sockeye
