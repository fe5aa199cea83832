#include "wire/dhcp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

constexpr std::size_t options_at = 240;  // behind the magic cookie

DhcpMessage offer() {
    DhcpMessage message{.operation = DhcpOperation::boot_reply,
                        .transaction = 0x3903f326,
                        .seconds = 3,
                        .broadcast = true,
                        .your = IpAddress::parse("192.168.1.100").value(),
                        .server = IpAddress::parse("192.168.1.1").value(),
                        .mac = MacAddress{{0x02, 0, 0, 0, 0, 0x65}}};
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::offer));
    message.options.set_address(DhcpOption::subnet_mask, IpAddress::parse("255.255.255.0").value());
    message.options.set_u32(DhcpOption::lease_time, 86400);
    const std::array servers{IpAddress::parse("9.7.10.15").value(), IpAddress::parse("9.7.10.16").value()};
    message.options.set_addresses(DhcpOption::dns_servers, servers);
    return message;
}

TEST(DhcpMessages, HaveTheLayoutOfFigure1_RFC2131_2) {
    const auto octets = write_dhcp(offer());
    EXPECT_EQ(octets.size(), 300U);  // RFC 1542 §2.1
    EXPECT_EQ(to_hex(std::span{octets}.first(44)), to_hex(from_hex("02 01 06 00 3903f326 0003 8000"
                                                                   "00000000 c0a80164 c0a80101 00000000"
                                                                   "020000000065 00000000000000000000")));
    EXPECT_EQ(to_hex(std::span{octets}.subspan(236, 33)),
              to_hex(from_hex("63825363 35 01 02 01 04 ffffff00 06 08 09070a0f 09070a10 33 04 00015180 ff"
                              "000000")));
    EXPECT_EQ(parse_dhcp(octets).value(), offer());
    EXPECT_EQ(offer().type(), DhcpMessageType::offer);
}

TEST(DhcpMessages, CutInTheirFixedPartAreTruncated) {
    const auto octets = write_dhcp(offer());
    for (std::size_t length = 0; length < options_at; ++length)
        EXPECT_EQ(parse_dhcp(std::span{octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(DhcpMessages, WithoutTheMagicCookieOrForOtherHardwareAreRefused_RFC2131_3) {
    auto octets = write_dhcp(offer());
    octets[236] = std::byte{0};
    EXPECT_EQ(parse_dhcp(octets).error(), Malformed::bad_value);
    octets = write_dhcp(offer());
    octets[1] = std::byte{6};
    EXPECT_EQ(parse_dhcp(octets).error(), Malformed::bad_length);
    octets = write_dhcp(offer());
    octets[0] = std::byte{3};
    EXPECT_EQ(parse_dhcp(octets).error(), Malformed::bad_value);
}

/// The fixed part of a request, with these octets where the options stand.
Octets with_options(std::string_view options) {
    auto octets = write_dhcp({});
    octets.resize(options_at);
    const auto rest = from_hex(options);
    octets.insert(octets.end(), rest.begin(), rest.end());
    return octets;
}

TEST(DhcpOptionsOnTheWire, ThatRunPastTheirFieldAreRefused) {
    EXPECT_EQ(parse_dhcp(with_options("35")).error(), Malformed::bad_option);
    EXPECT_EQ(parse_dhcp(with_options("35 02 01")).error(), Malformed::bad_option);
}

TEST(DhcpOptionsOnTheWire, MayEndWithTheMessageOrAtTheEndOption) {
    EXPECT_EQ(parse_dhcp(with_options("35 01 01")).value().type(), DhcpMessageType::discover);
    EXPECT_EQ(parse_dhcp(with_options("00 00 35 01 01 ff 35 09")).value().type(), DhcpMessageType::discover);
    EXPECT_EQ(parse_dhcp(with_options("")).value().type(), std::nullopt);
    EXPECT_EQ(parse_dhcp(with_options("35 01 09")).value().type(), std::nullopt);
}

TEST(DhcpOptionsOnTheWire, InSeveralPartsAreOne_RFC3396_7) {
    EXPECT_EQ(
        parse_dhcp(with_options("0c 02 6162 35 01 01 0c 01 63")).value().options.text(DhcpOption::host_name),
        "abc");
    DhcpMessage message;
    message.options.set_text(DhcpOption::domain_name, std::string(600, 'a'));
    EXPECT_EQ(parse_dhcp(write_dhcp(message)).value(), message);
}

TEST(DhcpOptionsOnTheWire, GoOnInFileAndSname_RFC2131_4_1) {
    Octets octets = with_options("34 01 03 0c 01 61 ff");
    const auto in_file = from_hex("0c 01 62 ff");
    const auto in_sname = from_hex("0c 01 63 ff");
    std::ranges::copy(in_file, octets.begin() + 108);
    std::ranges::copy(in_sname, octets.begin() + 44);
    const auto message = parse_dhcp(octets).value();
    EXPECT_EQ(message.options.text(DhcpOption::host_name), "abc");
    EXPECT_EQ(message.options.find(DhcpOption::overload), nullptr);
}

TEST(DhcpOptionValues, OfAnotherSizeAreNotThere) {
    DhcpOptions options;
    options.set_u16(DhcpOption::lease_time, 7);
    EXPECT_EQ(options.u32(DhcpOption::lease_time), std::nullopt);
    EXPECT_EQ(options.u16(DhcpOption::lease_time), 7);
    EXPECT_EQ(options.address(DhcpOption::lease_time), std::nullopt);
    EXPECT_TRUE(options.addresses(DhcpOption::lease_time).empty());
    EXPECT_EQ(options.u8(DhcpOption::routers), std::nullopt);
}

TEST(DhcpOptionValues, OfAddressesAreInOrder) {
    const auto message = parse_dhcp(write_dhcp(offer())).value();
    const auto servers = message.options.addresses(DhcpOption::dns_servers);
    ASSERT_EQ(servers.size(), 2U);
    EXPECT_EQ(servers[0].to_string(), "9.7.10.15");
    EXPECT_EQ(message.options.address(DhcpOption::subnet_mask)->to_string(), "255.255.255.0");
}

RC_GTEST_PROP(DhcpMessages, AreReadBackAsTheyWereWritten,
              (std::uint8_t hops, std::uint32_t transaction, std::uint16_t seconds, bool broadcast)) {
    DhcpMessage message{.hops = hops, .transaction = transaction, .seconds = seconds, .broadcast = broadcast};
    message.client = *test::any_v4();
    message.your = *test::any_v4();
    message.relay = *test::any_v4();
    message.mac = *test::any_mac();
    const auto options = *rc::gen::inRange(0, 10);
    for (int i = 0; i < options; ++i) {
        const auto code =
            *rc::gen::suchThat(rc::gen::inRange<unsigned>(1, 255), [](unsigned c) { return c != 52; });
        message.options.set(static_cast<DhcpOption>(code), *test::any_octets());
    }
    RC_ASSERT(parse_dhcp(write_dhcp(message)).value() == message);
}

}  // namespace
}  // namespace sockeye::wire
