#include "sockeye/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sockeye {
namespace {

TEST(ErrcText, IsTheEnumeratorsName) {
    EXPECT_EQ(to_string(Errc::would_block), "would_block");
    EXPECT_EQ(to_string(Errc::timed_out), "timed_out");
    EXPECT_EQ(to_string(Errc::input_output), "input_output");
}

TEST(ErrcText, DiffersForEveryCodeAndForAPersonHasNoUnderscore) {
    std::set<std::string_view> names;
    std::set<std::string_view> descriptions;
    for (int i = 0; i <= static_cast<int>(Errc::input_output); ++i) {
        names.insert(to_string(static_cast<Errc>(i)));
        descriptions.insert(describe(static_cast<Errc>(i)));
        EXPECT_THAT(std::string{describe(static_cast<Errc>(i))}, testing::Not(testing::HasSubstr("_")));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(Errc::input_output) + 1);
    EXPECT_EQ(descriptions.size(), names.size());
}

TEST(ErrorMessage, IsCallCodeAndDetailOnOneLine) {
    const Error error{Errc::refused, "connect", "10.0.0.1:9001 answered with RST"};
    EXPECT_EQ(error.message(), "connect: refused (10.0.0.1:9001 answered with RST)");
}

TEST(ErrorMessage, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ(Error{Errc::timed_out}.message(), "timed out");
    EXPECT_EQ((Error{Errc::timed_out, "recv"}.message()), "recv: timed out");
}

TEST(ErrorMessage, SaysHowMuchWentBefore) {
    EXPECT_EQ((Error{Errc::reset, "sendall"}.with_transferred(4096).message()),
              "sendall: reset by the peer after 4096 octets");
}

TEST(Errors, AreEqualByCodeAlone) {
    EXPECT_EQ((Error{Errc::reset, "send", "a"}), (Error{Errc::reset, "recv", "b"}));
    EXPECT_EQ((Error{Errc::reset, "send"}), Errc::reset);
    EXPECT_NE((Error{Errc::reset, "send"}), (Error{Errc::closed, "send"}));
}

TEST(Errors, KeepWhatIsAddedToThem) {
    const Error error =
        Error{Errc::closed, "send"}.with_transferred(7).with_detail("shut down").with_during("sendall");
    EXPECT_EQ(error.transferred(), 7U);
    EXPECT_EQ(error.detail(), "shut down");
    EXPECT_STREQ(error.during(), "sendall");
}

TEST(Errors, ShareTheirDetailWhenCopied) {
    const Error error{Errc::closed, "send", "shut down"};
    const Error copy = error;
    EXPECT_EQ(copy.detail().data(), error.detail().data());
}

TEST(Errors, WhatIsAddedToACopyIsNotAddedToTheOther) {
    const Error error{Errc::closed, "send", "shut down"};
    Error copy = error;
    copy = std::move(copy).with_transferred(7).with_detail("by the peer");
    EXPECT_EQ(copy.message(), "send: closed after 7 octets (by the peer)");
    EXPECT_EQ(error.message(), "send: closed (shut down)");
}

TEST(Errors, AreAssignedToEachOther) {
    Error error{Errc::closed, "send", "shut down"};
    const Error& same = error;
    error = same;
    EXPECT_EQ(error.message(), "send: closed (shut down)");
    error = Errc::reset;
    EXPECT_EQ(error.message(), "reset by the peer");
}

// Every call returns room for one.
TEST(Errors, TakeAWord) {
    EXPECT_EQ(sizeof(Error), sizeof(void*));
    EXPECT_LE(sizeof(Result<std::size_t>), 2 * sizeof(void*));
}

TEST(UncheckedResult, ThrowsSomethingThatSaysWhatFailed) {
    Result<int> result = std::unexpected{Error{Errc::refused, "connect", "nobody listens"}};
    try {
        static_cast<void>(result.value());
        FAIL() << "value() of an error returned";
    } catch (const std::bad_expected_access<Error>& thrown) {
        EXPECT_STREQ(thrown.what(), "connect: refused (nobody listens)");
        EXPECT_EQ(thrown.error(), Errc::refused);
    }
}

}  // namespace
}  // namespace sockeye
