#include "app/transfer/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace sockeye::app::transfer {
namespace {

using testing::HasSubstr;

/// A frame is read back; nullopt: it is refused.
std::optional<Message> again(const std::vector<std::byte>& frame) {
    const Result<Head> head = parse_head(std::span{frame}.first(Head::size));
    if (!head || head->length != frame.size() - Head::size) return std::nullopt;
    Result<Message> message = parse_body(*head, std::span{frame}.subspan(Head::size));
    return message ? std::optional{std::move(*message)} : std::nullopt;
}

std::vector<std::byte> frame_of(const Message& message) {
    std::vector<std::byte> frame;
    write(frame, message);
    return frame;
}

template <class T>
void expect_back(const T& value) {
    const std::vector<std::byte> frame = frame_of(value);
    const std::optional<Message> message = again(frame);
    ASSERT_TRUE(message && std::holds_alternative<T>(*message));
    EXPECT_EQ(std::get<T>(*message), value);
    EXPECT_FALSE(again({frame.begin(), frame.begin() + Head::size})) << "without its body";
}

Digest some_digest(std::uint8_t first) {
    Digest digest;
    digest.octets.fill(first);
    return digest;
}

TEST(TransferMessages, AreReadAsTheyWereWritten) {
    expect_back(Entry{.kind = Entry::Kind::directory,
                      .mode = 0755,
                      .modified = WallTime{-1ns},
                      .size = INT64_MAX,
                      .path = "d/e"});
    expect_back(ListEnd{7});
    expect_back(Skip{1});
    expect_back(Have{3, std::uint64_t{1} << 40, some_digest(1), some_digest(2)});
    expect_back(FileBegin{4, 5});
    expect_back(FileEnd{std::uint64_t{1} << 50, some_digest(3)});
    expect_back(Failure{Errc::no_space, "no space left: a"});
    for (const Message& empty : {Message{Go{}}, Message{Done{}}, Message{Stored{}}})
        EXPECT_EQ(again(frame_of(empty)).value().index(), empty.index());
}

TEST(TransferMessages, ABlockStandsInItsFrameAfterDigestAndHead) {
    std::vector<std::byte> frame(data_offset + 3, std::byte{'x'});
    write_data_head(frame, some_digest(9));
    const std::vector<std::byte> octets(3, std::byte{'x'});
    EXPECT_EQ(frame, frame_of(Data{some_digest(9), octets}));
    const std::optional<Message> message = again(frame);
    EXPECT_EQ(std::get<Data>(message.value()).octets.size(), 3U);
    EXPECT_EQ(std::get<Data>(message.value()).digest, some_digest(9));
}

TEST(TransferMessages, HaveLimits) {
    const auto head = [](std::uint8_t type, std::uint32_t length) {
        const std::array<std::uint8_t, 5> octets{
            type, static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
            static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
        return parse_head(std::as_bytes(std::span{octets}));
    };
    constexpr std::uint8_t data = 7;
    EXPECT_TRUE(head(data, Digest::size + block_size));
    EXPECT_THAT(head(data, Digest::size + block_size + 1).error().detail(), HasSubstr("too long"));
    EXPECT_FALSE(head(1, UINT32_MAX));
    EXPECT_FALSE(head(5, 1)) << "Go has no body";
    EXPECT_THAT(head(0, 0).error().detail(), HasSubstr("no message"));
    EXPECT_FALSE(head(12, 0));
    EXPECT_FALSE(parse_head({}));
}

TEST(TransferMessages, ThatMakeNoSenseAreRefused) {
    EXPECT_FALSE(again(frame_of(Entry{.mode = 04755, .path = "set-user-ID"})));
    EXPECT_FALSE(again(frame_of(Entry{.kind = static_cast<Entry::Kind>(9), .path = "a"})));
    EXPECT_FALSE(again(frame_of(Entry{.size = std::uint64_t{1} << 63, .path = "a"})));
    EXPECT_FALSE(again(frame_of(Failure{static_cast<Errc>(200), ""})));
}

TEST(TransferGreetings, FitWhereOneSendsAndTheOtherReceives) {
    EXPECT_TRUE(check_greeting(greeting_of(Role::sender), Role::receiver));
    EXPECT_TRUE(check_greeting(greeting_of(Role::receiver), Role::sender));
    EXPECT_THAT(check_greeting(greeting_of(Role::sender), Role::sender).error().detail(),
                HasSubstr("sends, too"));
    EXPECT_THAT(check_greeting(greeting_of(Role::receiver), Role::receiver).error().detail(),
                HasSubstr("receives, too"));
    EXPECT_THAT(check_greeting("SOCKEYE-TRANSFER/2 send\n", Role::receiver).error().detail(),
                HasSubstr("another version"));
    EXPECT_THAT(check_greeting("HTTP/1.1 400 Bad Request", Role::receiver).error().detail(),
                HasSubstr("no sockeye send or recv"));
    EXPECT_FALSE(check_greeting("", Role::receiver));
}

}  // namespace
}  // namespace sockeye::app::transfer
