// makefile(): lines, exact reads and text over a connection, on every network.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sockeye/makefile.hpp"
#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

/// The server's end sends these one by one, each a millisecond after the last, and then finishes.
class Sent {
public:
    Sent(Place& place, Pair& pair, std::vector<std::string> pieces) : pieces_{std::move(pieces)} {
        place.server().spawn(send(place.server(), pair.far, pieces_), stop_.get_token());
    }
    ~Sent() { stop_.request_stop(); }

private:
    static Task<> send(Network& network, Socket& far, const std::vector<std::string>& pieces) {
        for (const std::string& piece : pieces) {
            if (!co_await far.sendall(piece)) co_return;
            if (!co_await network.sleep(1ms)) co_return;
        }
        EXPECT_TRUE(far.shutdown(Shutdown::write));
    }

    std::vector<std::string> pieces_;
    std::stop_source stop_;
};

void lines_come_whole_however_they_were_cut(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"first li", "ne\nsecond line\n\nth", "ird"}};
    SocketFile file = pair.near.makefile();
    EXPECT_EQ(file.readline().wait().value().text(), "first line\n");
    EXPECT_EQ(file.readline().wait().value().text(), "second line\n");
    EXPECT_EQ(file.readline().wait().value().text(), "\n");
    EXPECT_EQ(file.readline().wait().value().text(), "third") << "the last has no end";
    EXPECT_TRUE(file.readline().wait().value().empty());
    EXPECT_TRUE(file.readline().wait().value().empty()) << "the end is told as often as it is asked for";
}

void a_line_is_cut_at_its_limit(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"0123456789\nab"}};
    SocketFile file = pair.near.makefile();
    EXPECT_EQ(file.readline(4).wait().value().text(), "0123");
    EXPECT_EQ(file.readline(7).wait().value().text(), "456789\n");
}

void a_read_is_exact_but_at_the_end(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"abc", "defg", "hij"}};
    SocketFile file = pair.near.makefile();
    EXPECT_EQ(file.read(5).wait().value().text(), "abcde");
    EXPECT_EQ(file.readexactly(2).wait().value().text(), "fg");
    EXPECT_EQ(file.readexactly(4).wait().error().message(), "readexactly: ended early (after 3 octets)");
    EXPECT_EQ(file.read(100).wait().value().text(), "hij") << "what there was has stayed";
    EXPECT_TRUE(file.read(100).wait().value().empty());
}

void a_separator_may_be_cut_too(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"head\r", "\n\r", "\nbody"}};
    SocketFile file = pair.near.makefile();
    EXPECT_EQ(file.readuntil("\r\n\r\n").wait().value().text(), "head\r\n\r\n");
    EXPECT_EQ(file.readuntil("\r\n\r\n", 3).wait().error(), Errc::message_too_large);
    EXPECT_EQ(file.readuntil("\r\n\r\n").wait().error(), Errc::ended_early);
    EXPECT_EQ(file.readuntil("").wait().error(), Errc::invalid_argument);
    EXPECT_EQ(file.read(4).wait().value().text(), "body");
}

/// CPython's file objects are unusable after a timeout (testReadAfterTimeout); these are not.
void a_read_that_times_out_loses_nothing(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.far.sendall("half a li").wait());
    SocketFile file = pair.near.makefile();
    EXPECT_EQ(file.readline(100, 20ms).wait().error(), Errc::timed_out);
    EXPECT_EQ(file.readexactly(100, 20ms).wait().error(), Errc::timed_out);
    ASSERT_TRUE(pair.far.sendall("ne\n").wait());
    EXPECT_EQ(file.readline().wait().value().text(), "half a line\n");
}

void what_is_written_is_sent_when_it_is_flushed(Place& place) {
    Pair pair{place};
    SocketFile file = pair.near.makefile();
    ASSERT_TRUE(file.write("one ").wait());
    ASSERT_TRUE(file.write("two").wait());
    EXPECT_EQ(pair.far.recv(100, 20ms).wait().error(), Errc::timed_out);
    ASSERT_TRUE(file.flush().wait());
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "one two");
}

void line_buffering_sends_at_the_end_of_a_line(Place& place) {
    Pair pair{place};
    SocketFile file = pair.near.makefile(FileOptions{.buffering = Buffering::line});
    ASSERT_TRUE(file.write("hel").wait());
    EXPECT_EQ(pair.far.recv(100, 20ms).wait().error(), Errc::timed_out);
    ASSERT_TRUE(file.write("lo\n").wait());
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "hello\n");
}

/// CPython's testUnbufferedReadline: another reader goes on where this one stopped.
void an_unbuffered_file_takes_no_more_than_it_was_asked_for(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"line\nthe rest"}};
    {
        SocketFile file = pair.near.makefile(FileOptions{.buffering = Buffering::none});
        EXPECT_EQ(file.readline().wait().value().text(), "line\n");
        EXPECT_EQ(file.read(3).wait().value().text(), "the");
    }
    EXPECT_EQ(pair.near.recv(100).wait().value().text(), " rest");
    SocketFile file = pair.near.makefile(FileOptions{.buffering = Buffering::none});
    ASSERT_TRUE(file.write("at once").wait());
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "at once");
}

void more_than_the_buffer_holds_is_sent(Place& place) {
    Pair pair{place};
    SocketFile file = pair.near.makefile(FileOptions{.buffer = 16});
    std::string all;
    for (int i = 0; i < 100; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 40), static_cast<char>('a' + i % 26));
        all += piece;
        ASSERT_TRUE(file.write(piece).wait());
    }
    ASSERT_TRUE(file.close().wait());
    pair.near.close();
    std::string got;
    while (auto bytes = pair.far.recv(1000).wait()) {
        if (bytes->empty()) break;
        got += bytes->text();
    }
    EXPECT_EQ(got, all);
}

/// Python's rule: the connection ends when the socket and all of its files are closed.
void the_connection_outlives_its_socket_as_long_as_a_file_is_open(Place& place) {
    Pair pair{place};
    SocketFile first = pair.near.makefile();
    SocketFile second = pair.near.makefile();
    pair.near.close();
    EXPECT_EQ(pair.near.send("x").wait().error(), Errc::closed) << "the socket itself is closed";
    ASSERT_TRUE(first.write("still here").wait());
    ASSERT_TRUE(first.close().wait());
    EXPECT_FALSE(first.is_open());
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "still here");
    ASSERT_TRUE(pair.far.sendall("and I").wait());
    EXPECT_EQ(second.readexactly(5).wait().value().text(), "and I");
    EXPECT_EQ(pair.far.recv(100, 20ms).wait().error(), Errc::timed_out) << "no FIN yet";
    ASSERT_TRUE(second.close().wait());
    EXPECT_TRUE(pair.far.recv(100).wait().value().empty());
}

void a_closed_file_is_closed(Place& place) {
    Pair pair{place};
    SocketFile file = pair.near.makefile();
    ASSERT_TRUE(file.close().wait());
    EXPECT_TRUE(file.close().wait()) << "again does nothing";
    EXPECT_EQ(file.read(1).wait().error(), Errc::closed);
    EXPECT_EQ(file.write("x").wait().error(), Errc::closed);
    EXPECT_TRUE(pair.near.send("the socket is open").wait());
    pair.near.close();
    EXPECT_EQ(pair.near.makefile().read(1).wait().error(), Errc::closed);
}

void a_file_does_what_its_mode_says(Place& place) {
    Pair pair{place};
    SocketFile reader = pair.near.makefile(FileOptions{.mode = FileMode::read});
    SocketFile writer = pair.near.makefile(FileOptions{.mode = FileMode::write});
    EXPECT_EQ(reader.write("x").wait().error(), Errc::unsupported);
    EXPECT_EQ(writer.read(1).wait().error(), Errc::unsupported);
    EXPECT_TRUE(writer.write("x").wait());
}

void a_file_that_is_destroyed_sends_what_it_can(Place& place) {
    Pair pair{place};
    (void)pair.near.makefile().write("forgotten").wait();
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "forgotten");
}

/// Row 116.
void text_never_has_a_cut_character(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"\xe4\xbd", "\xa0\xe5\xa5\xbd\xef", "\xbc\x8c world\n\xe4"}};
    TextFile file = pair.near.makefile(TextOptions{});
    EXPECT_EQ(file.readline().wait().value(), "\u4f60\u597d\uff0c world\n");
    EXPECT_EQ(file.readline().wait().error(), Errc::invalid_argument) << "the last one stays cut";
}

void text_that_is_none_is_replaced_where_that_was_asked_for(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"a\xff", "b\n"}};
    TextFile file = pair.near.makefile(TextOptions{.malformed = Utf8Decoder::Malformed::replace});
    EXPECT_EQ(file.readline().wait().value(), "a\ufffdb\n");
}

std::vector<std::string> lines(TextFile file) {
    std::vector<std::string> all;
    while (auto line = file.readline().wait()) {
        if (line->empty()) break;
        all.push_back(*line);
    }
    return all;
}

void lines_end_as_newline_says(Place& place) {
    using Lines = std::vector<std::string>;
    struct Example {
        Newline newline;
        Lines lines;
    };
    const Example examples[] = {
        {Newline::universal, {"a\n", "b\n", "c\n", "\n", "d\n"}},
        {Newline::untranslated, {"a\n", "b\r\n", "c\r", "\r\n", "d\r"}},
        {Newline::lf, {"a\n", "b\r\n", "c\r\r\n", "d\r"}},
        {Newline::cr, {"a\nb\r", "\nc\r", "\r", "\nd\r"}},
        {Newline::crlf, {"a\nb\r\n", "c\r\r\n", "d\r"}},
    };
    for (const Example& each : examples) {
        Pair pair{place};
        Sent sent{place, pair, {"a\nb\r", "\nc\r\r", "\nd\r"}};
        EXPECT_EQ(lines(pair.near.makefile(TextOptions{.newline = each.newline})), each.lines)
            << static_cast<int>(each.newline);
    }
}

void a_line_that_is_written_ends_as_newline_says(Place& place) {
    Pair pair{place};
    TextFile file = pair.near.makefile(TextOptions{.newline = Newline::crlf});
    ASSERT_TRUE(file.write("one\ntwo\n").wait());
    ASSERT_TRUE(file.flush().wait());
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "one\r\ntwo\r\n");
}

void a_line_of_text_is_cut_between_characters(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"\u4f60\u597d\n"}};
    TextFile file = pair.near.makefile(TextOptions{});
    EXPECT_EQ(file.readline(5).wait().value(), "\u4f60");
    EXPECT_EQ(file.readline(1).wait().value(), "\u597d") << "one character is always there";
    EXPECT_EQ(file.readall(10).wait().value(), "\n");
}

void all_of_the_text_has_its_limit_too(Place& place) {
    Pair pair{place};
    Sent sent{place, pair, {"four", "four"}};
    TextFile file = pair.near.makefile(TextOptions{});
    EXPECT_EQ(file.readall(5).wait().error(), Errc::message_too_large);
    EXPECT_EQ(file.readall(8).wait().value(), "fourfour");
}

Task<int> await_every_call(Socket& near, Socket& far) {
    SocketFile file = near.makefile();
    TextFile text = far.makefile(TextOptions{.newline = Newline::crlf});
    int done = 0;
    done += (co_await text.write(std::string(10, 'a') + "\n", 1s)).has_value();
    done += (co_await text.flush(1s)).has_value();
    done += (co_await file.read(5, 1s)).has_value();
    done += (co_await file.readexactly(2, 1s)).has_value();
    done += (co_await file.readuntil(std::string("a\r"), 100, 1s)).has_value();
    done += (co_await file.readline(100, 1s)).has_value();
    done += (co_await file.write(std::string(3, 'b') + "\r\n", 1s)).has_value();
    done += (co_await file.close(1s)).has_value();
    near.close();
    done += (co_await text.readline(100, 1s)).has_value();
    done += (co_await text.readall(100, 1s)).has_value();
    co_return done;
}

void every_call_of_a_file_can_be_awaited_with_temporaries(Place& place) {
    Pair pair{place};
    EXPECT_EQ(place.client().run(await_every_call(pair.near, pair.far)).value(), 10);
}

constexpr Body bodies[] = {
    {"LinesComeWholeHoweverTheyWereCut", lines_come_whole_however_they_were_cut},
    {"ALineIsCutAtItsLimit", a_line_is_cut_at_its_limit},
    {"AReadIsExactButAtTheEnd", a_read_is_exact_but_at_the_end},
    {"ASeparatorMayBeCutToo", a_separator_may_be_cut_too},
    {"AReadThatTimesOutLosesNothing", a_read_that_times_out_loses_nothing},
    {"WhatIsWrittenIsSentWhenItIsFlushed", what_is_written_is_sent_when_it_is_flushed},
    {"LineBufferingSendsAtTheEndOfALine", line_buffering_sends_at_the_end_of_a_line},
    {"AnUnbufferedFileTakesNoMoreThanItWasAskedFor", an_unbuffered_file_takes_no_more_than_it_was_asked_for},
    {"MoreThanTheBufferHoldsIsSent", more_than_the_buffer_holds_is_sent},
    {"TheConnectionOutlivesItsSocketAsLongAsAFileIsOpen",
     the_connection_outlives_its_socket_as_long_as_a_file_is_open},
    {"AClosedFileIsClosed", a_closed_file_is_closed},
    {"AFileDoesWhatItsModeSays", a_file_does_what_its_mode_says},
    {"AFileThatIsDestroyedSendsWhatItCan", a_file_that_is_destroyed_sends_what_it_can},
    {"TextNeverHasACutCharacter", text_never_has_a_cut_character},
    {"TextThatIsNoneIsReplacedWhereThatWasAskedFor", text_that_is_none_is_replaced_where_that_was_asked_for},
    {"LinesEndAsNewlineSays", lines_end_as_newline_says},
    {"ALineThatIsWrittenEndsAsNewlineSays", a_line_that_is_written_ends_as_newline_says},
    {"ALineOfTextIsCutBetweenCharacters", a_line_of_text_is_cut_between_characters},
    {"AllOfTheTextHasItsLimitToo", all_of_the_text_has_its_limit_too},
    {"EveryCallOfAFileCanBeAwaitedWithTemporaries", every_call_of_a_file_can_be_awaited_with_temporaries},
};

}  // namespace

std::span<const Body> file_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
