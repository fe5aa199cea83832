#include "wire/pcapng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "test/support/hex.hpp"
#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::to_hex;
using testing::HasSubstr;

std::string hex_of(std::string_view octets) {
    return to_hex(std::as_bytes(std::span{octets}));
}
std::string hex(std::string_view text) {
    return to_hex(from_hex(text));
}

TEST(PcapngBlocks, OfASectionHaveByteOrderMagicVersionAndApplication) {
    std::string out;
    PcapngWriter{out}.section("Sockeye");
    EXPECT_EQ(hex_of(out), hex("0a0d0d0a 2c000000"
                               "4d3c2b1a 0100 0000 ffffffffffffffff"
                               "0400 0700 536f636b657965 00"
                               "0000 0000"
                               "2c000000"));
}

TEST(PcapngBlocks, OfAnInterfaceHaveNameDescriptionSpeedAndNanoseconds) {
    std::string out;
    PcapngWriter writer{out};
    EXPECT_EQ(writer.interface({.name = "lan", .description = "a-b", .bits_per_second = 1'000'000'000}), 0U);
    EXPECT_EQ(hex_of(out), hex("01000000 3c000000"
                               "0100 0000 00000000"
                               "0200 0300 6c616e 00"
                               "0300 0300 612d62 00"
                               "0800 0800 00ca9a3b00000000"
                               "0900 0100 09 000000"
                               "0000 0000"
                               "3c000000"));
}

TEST(PcapngBlocks, OfAnInterfaceLeaveOutWhatIsNotSaid) {
    std::string out;
    PcapngWriter{out}.interface({.name = "lan"});
    EXPECT_EQ(hex_of(out), hex("01000000 28000000"
                               "0100 0000 00000000"
                               "0200 0300 6c616e 00"
                               "0900 0100 09 000000"
                               "0000 0000"
                               "28000000"));
}

TEST(PcapngBlocks, OfNamesHoldAddressAndNameWithItsNul) {
    std::string out;
    const std::array records{
        PcapngWriter::NameRecord{IpAddress::parse("10.0.0.1").value(), "server"},
        PcapngWriter::NameRecord{IpAddress::parse("2001:db8::1").value(), "six"},
    };
    PcapngWriter{out}.names(records);
    EXPECT_EQ(hex_of(out), hex("04000000 38000000"
                               "0100 0b00 0a000001 73657276657200 00"
                               "0200 1400 20010db8000000000000000000000001 73697800"
                               "0000 0000"
                               "38000000"));
}

TEST(PcapngBlocks, OfAPacketHaveTimeLengthsCommentAndDirection) {
    std::string out;
    PcapngWriter writer{out};
    writer.interface({.name = "lan"});
    out.clear();
    const auto frame = from_hex("aa bb cc dd ee");
    writer.packet({.interface = 0,
                   .at = Instant{5s + 1ns},  // 0x1_2a05f201 nanoseconds
                   .frame = frame,
                   .direction = PcapngWriter::Direction::outbound,
                   .comment = "lost"});
    EXPECT_EQ(hex_of(out), hex("06000000 3c000000"
                               "00000000 01000000 01f2052a 05000000 05000000"
                               "aabbccddee 000000"
                               "0100 0400 6c6f7374"
                               "0200 0400 02000000"
                               "0000 0000"
                               "3c000000"));
}

TEST(PcapngBlocks, OfOurOwnHaveTheExampleEnterpriseNumber_RFC5612) {
    std::string out;
    PcapngWriter{out}.custom("seed 7");
    EXPECT_EQ(hex_of(out), hex("ad0b0000 18000000"
                               "d97e0000"
                               "736565642037 0000"
                               "18000000"));
}

TEST(PcapngOptions, CutTextAtTheLongestThatTheirLengthCanSay) {
    std::string out;
    PcapngWriter writer{out};
    writer.interface({.name = "lan"});
    out.clear();
    writer.packet({.comment = std::string(100'000, 'a')});
    EXPECT_EQ(out.size() % 4, 0U);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(out, 'a')), 65535U);
}

TEST(PcapngInterfaces, AreNumberedFromZeroInEachSection) {
    std::string out;
    PcapngWriter writer{out};
    writer.section("Sockeye");
    EXPECT_EQ(writer.interface({.name = "a"}), 0U);
    EXPECT_EQ(writer.interface({.name = "b"}), 1U);
    writer.section("Sockeye");
    EXPECT_EQ(writer.interface({.name = "a"}), 0U);
}

/// What a command prints on its standard output.
std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), pclose};
    std::string output;
    std::array<char, 4096> chunk{};
    while (const std::size_t read = fread(chunk.data(), 1, chunk.size(), pipe.get()))
        output.append(chunk.data(), read);
    return output;
}

class InTshark : public testing::Test {
protected:
    void SetUp() override {
        if (output_of("tshark --version 2>/dev/null").empty()) GTEST_SKIP() << "tshark is not installed";
        file_ = testing::TempDir() + "sockeye_pcapng_test." + std::to_string(getpid()) + ".pcapng";
        std::ofstream{file_, std::ios::binary} << recording();
    }
    void TearDown() override {
        if (!file_.empty()) std::filesystem::remove(file_);
    }

    std::string tshark(const std::string& options) const {
        return output_of("tshark -r '" + file_ + "' " + options + " 2>/dev/null");
    }

private:
    static Packet framed(Packet packet, std::uint8_t protocol) {
        prepend_ipv4(packet, {.protocol = protocol,
                              .source = IpAddress::parse("10.0.0.2").value(),
                              .target = IpAddress::parse("10.0.0.1").value()});
        prepend_ethernet(packet, {.target = MacAddress{{2, 0, 0, 0, 0, 1}},
                                  .source = MacAddress{{2, 0, 0, 0, 0, 2}},
                                  .ethertype = EtherType::ipv4});
        return packet;
    }
    static Packet syn() {
        Packet packet;
        prepend_tcp(
            packet,
            {.source_port = 49152, .target_port = 9001, .flags = {.syn = true}, .window = 65535, .mss = 1460},
            IpAddress::parse("10.0.0.2").value(), IpAddress::parse("10.0.0.1").value());
        return framed(packet, protocol::tcp);
    }
    static Packet datagram() {
        Packet packet{from_hex("68 65 6c 6c 6f")};
        prepend_udp(packet, {.source_port = 49152, .target_port = 9002}, IpAddress::parse("10.0.0.2").value(),
                    IpAddress::parse("10.0.0.1").value());
        return framed(packet, protocol::udp);
    }

    static std::string recording() {
        std::string out;
        PcapngWriter writer{out};
        writer.section("Sockeye");
        writer.interface(
            {.name = "client-lan", .description = "client to lan", .bits_per_second = 1'000'000'000});
        writer.interface(
            {.name = "server-lan", .description = "server to lan", .bits_per_second = 1'000'000'000});
        const std::array names{PcapngWriter::NameRecord{IpAddress::parse("10.0.0.1").value(), "server"},
                               PcapngWriter::NameRecord{IpAddress::parse("10.0.0.2").value(), "client"}};
        writer.names(names);
        writer.packet({.interface = 0,
                       .at = Instant{1ns},
                       .frame = syn().bytes(),
                       .direction = PcapngWriter::Direction::outbound});
        writer.packet({.interface = 1,
                       .at = Instant{3s + 592ns},
                       .frame = datagram().bytes(),
                       .direction = PcapngWriter::Direction::inbound,
                       .comment = "x lost on server-lan"});
        writer.custom("{\"seed\": 7}");
        return out;
    }

    std::string file_;
};

TEST_F(InTshark, InterfacesTimesDirectionsAndCommentsAreThere) {
    EXPECT_EQ(
        tshark("-Y eth -T fields -E separator='|' -e frame.interface_name -e frame.interface_description "
               "-e frame.time_epoch -e frame.packet_flags_direction -e frame.comment"),
        "client-lan|client to lan|0.000000001|0x00000002|\n"
        "server-lan|server to lan|3.000000592|0x00000001|x lost on server-lan\n");
}

TEST_F(InTshark, AddressesHaveTheirNames) {
    EXPECT_THAT(tshark("-N n -Y udp"), HasSubstr("client"));
    EXPECT_THAT(tshark("-N n -Y udp"), HasSubstr("server"));
}

TEST_F(InTshark, NothingIsMalformedAndEveryChecksumIsRight) {
    const std::string checks =
        "-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE ";
    EXPECT_EQ(tshark(checks + "-Y '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || "
                              "udp.checksum.status == 0'"),
              "");
    EXPECT_EQ(tshark(checks +
                     "-Y eth -T fields -e ip.checksum.status -e tcp.checksum.status -e udp.checksum.status"),
              "1\t1\t\n1\t\t1\n");
}

TEST_F(InTshark, TheCustomBlockStandsBehindThePacketsAndTakesNoneOfTheirNumbers) {
    EXPECT_THAT(tshark("-V -Y 'frame.number == 3'"), HasSubstr("(32473)"));
    EXPECT_THAT(tshark("-x -Y 'frame.number == 3'"), HasSubstr("{\"seed\": 7}"));
}

TEST_F(InTshark, TcpsFieldsAreWhatWasWritten) {
    EXPECT_EQ(tshark("-Y tcp -T fields -e tcp.srcport -e tcp.dstport -e tcp.flags.str "
                     "-e tcp.window_size_value -e tcp.options.mss_val"),
              "49152\t9001\t··········S·\t65535\t1460\n");
}

}  // namespace
}  // namespace sockeye::wire
