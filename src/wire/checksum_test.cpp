#include "wire/checksum.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;

/// RFC 1071 §4.1, word by word as it is defined.
std::uint16_t plain_checksum(std::span<const std::byte> bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const auto high = std::to_integer<std::uint32_t>(bytes[i]);
        const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + 1]) : 0U;
        sum += high << 8 | low;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

TEST(InternetChecksum, OfTheExampleIsTheOneOfTheRFC_RFC1071_3) {
    // The RFC's sum is ddf2; what goes into a header is its complement.
    EXPECT_EQ(checksum(from_hex("0001 f203 f4f5 f6f7")), 0x220d);
}

TEST(InternetChecksum, OfNothingIsAllOnes) {
    EXPECT_EQ(checksum({}), 0xffff);
}

TEST(InternetChecksum, PadsALastOddOctetWithZero_RFC1071_4_1) {
    EXPECT_EQ(checksum(from_hex("01")), checksum(from_hex("0100")));
    EXPECT_NE(checksum(from_hex("01")), checksum(from_hex("0001")));
}

TEST(InternetChecksum, OverARightChecksumIsZero_RFC1071_1) {
    EXPECT_EQ(checksum(from_hex("0001 f203 f4f5 f6f7 220d")), 0);
}

TEST(InternetChecksum, CarriesOnAfter64KiBOfOnes) {
    const Octets ones(65535, std::byte{0xff});
    EXPECT_EQ(checksum(ones), plain_checksum(ones));
}

RC_GTEST_PROP(InternetChecksum, IsThatOfThePlainAlgorithmAtAnyLengthAndAlignment, ()) {
    const Octets octets = *rc::gen::resize(400, test::any_octets());
    for (std::size_t shift = 0; shift < 8; ++shift) {
        Octets room(octets.size() + shift);
        std::ranges::copy(octets, room.begin() + static_cast<std::ptrdiff_t>(shift));
        RC_ASSERT(checksum(std::span{room}.subspan(shift)) == plain_checksum(octets));
    }
}

RC_GTEST_PROP(InternetChecksum, CopiesWhatItSumsAndNothingElse, ()) {
    const Octets octets = *rc::gen::resize(400, test::any_octets());
    for (std::size_t shift = 0; shift < 8; ++shift) {
        Octets room(octets.size() + shift + 1, std::byte{0xa5});
        Checksum sum;
        sum.add_copying(octets, room.data() + shift);
        RC_ASSERT(sum.value() == plain_checksum(octets));
        RC_ASSERT(std::ranges::equal(std::span{room}.subspan(shift, octets.size()), octets));
        RC_ASSERT(room.back() == std::byte{0xa5});
    }
}

RC_GTEST_PROP(InternetChecksum, OfSumsIsThatOfWhatTheyWereMadeOf, ()) {
    const Octets first = *test::any_octets();
    const Octets second = *test::any_octets();
    Checksum sum;
    sum.add(first);
    Checksum piece;
    piece.add(second);
    sum.add(piece);
    Octets whole = first;
    whole.insert(whole.end(), second.begin(), second.end());
    RC_ASSERT(sum.value() == plain_checksum(whole));
}

RC_GTEST_PROP(InternetChecksum, OverPiecesIsThatOfTheWhole, ()) {
    const auto pieces = *rc::gen::container<std::vector<Octets>>(test::any_octets());
    Octets whole;
    Checksum sum;
    for (const Octets& piece : pieces) {
        sum.add(piece);
        whole.insert(whole.end(), piece.begin(), piece.end());
    }
    RC_ASSERT(sum.value() == plain_checksum(whole));
}

RC_GTEST_PROP(InternetChecksum, TakesWordsAtAnyPlace, (std::uint16_t word, std::uint32_t words)) {
    const Octets before = *test::any_octets();
    Checksum sum;
    sum.add(before);
    sum.add_u16(word);
    sum.add_u32(words);
    Octets whole = before;
    for (int shift = 8; shift >= 0; shift -= 8) whole.push_back(static_cast<std::byte>(word >> shift));
    for (int shift = 24; shift >= 0; shift -= 8) whole.push_back(static_cast<std::byte>(words >> shift));
    RC_ASSERT(sum.value() == plain_checksum(whole));
}

TEST(PseudoHeader, IsAddressesZeroProtocolAndLength_RFC768) {
    const IpAddress source = IpAddress::parse("10.0.0.1").value();
    const IpAddress target = IpAddress::parse("10.0.0.2").value();
    EXPECT_EQ(pseudo_header(source, target, 17, 513).value(),
              plain_checksum(from_hex("0a000001 0a000002 00 11 0201")));
}

TEST(PseudoHeader, HasA32BitLengthForIpv6_RFC8200_8_1) {
    const IpAddress source = IpAddress::parse("2001:db8::1").value();
    const IpAddress target = IpAddress::parse("2001:db8::2").value();
    EXPECT_EQ(pseudo_header(source, target, 6, 0x12345).value(),
              plain_checksum(from_hex("20010db8000000000000000000000001 20010db8000000000000000000000002"
                                      "00012345 000000 06")));
}

}  // namespace
}  // namespace sockeye::wire
