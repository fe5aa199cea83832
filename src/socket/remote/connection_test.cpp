// The connection to a lab, whose end this test plays: what it has to say lies in the socket already.
#include "socket/remote/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>

#include "socket/kernel/epoll_loop.hpp"
#include "socket/kernel/machine.hpp"

namespace sockeye::remote {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Heard final : Listener {
    std::vector<std::uint32_t> ready_ones;
    int ends = 0;

    void ready(const Ready& ready) override { ready_ones.push_back(ready.at); }
    void ended() override { ++ends; }
};

/// Both ends of a connection.
struct RemoteConnection : ::testing::Test {
    std::unique_ptr<kernel::EpollLoop> made = std::make_unique<kernel::EpollLoop>();
    kernel::EpollLoop& loop = *made;
    kernel::Machine machine{std::move(made)};
    std::array<int, 2> ends = pair();
    kernel::Descriptor lab{ends[1]};
    Heard heard;
    Connection connection{loop, kernel::Descriptor{ends[0]}, "office"};

    RemoteConnection() { connection.attach(heard); }

    static std::array<int, 2> pair() {
        std::array<int, 2> both{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()), 0);
        return both;
    }
    void lab_says(const Message& message) const {
        std::vector<std::byte> frame;
        write(frame, message);
        lab_says_octets(frame);
    }
    void lab_says_octets(std::span<const std::byte> said) const {
        ASSERT_EQ(::send(lab.get(), said.data(), said.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(said.size()));
    }
    Request lab_hears() {
        octets.resize(longest_frame);
        octets.resize(
            static_cast<std::size_t>(::recv(lab.get(), octets.data(), octets.size(), MSG_DONTWAIT)));
        return parse_request(std::span{octets}.subspan(head_size)).value();
    }
    void turn_of_the_loop() { ASSERT_TRUE(machine.sleep(1ms).wait()); }

    std::vector<std::byte> octets;
};

TEST_F(RemoteConnection, BringsAnAnswerToWhoeverAsked) {
    lab_says(Answer{.value = 42});
    const Result<Answer> answer = connection.exchange({.call = Call::listen, .at = 3});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value, 42u);
    const Request request = lab_hears();
    EXPECT_EQ(request.call, Call::listen);
    EXPECT_EQ(request.at, 3u);
}

TEST_F(RemoteConnection, HearsWhatComesBeforeAnAnswerAndLeavesWhatComesAfterItToTheLoop) {
    lab_says(Ready{.at = 1});
    lab_says(Answer{});
    lab_says(Ready{.at = 2});
    ASSERT_TRUE(connection.exchange({}));
    EXPECT_THAT(heard.ready_ones, ElementsAre(1)) << "of the second nobody may wait yet";
    turn_of_the_loop();
    EXPECT_THAT(heard.ready_ones, ElementsAre(1, 2));
}

TEST_F(RemoteConnection, WaitsNoLongerOnceItsLoopIsToldToStop) {
    machine.stop();  // as a handler of SIGINT does
    const Result<Answer> answer = connection.exchange({.call = Call::listen, .at = 3});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), Errc::cancelled);
    EXPECT_EQ(heard.ends, 1) << "an answer that comes later would be another call's";
    EXPECT_EQ(connection.exchange({}).error(), Errc::cancelled);
}

TEST_F(RemoteConnection, TellsWithoutWaiting) {
    connection.tell({.call = Call::close, .at = 9});
    EXPECT_EQ(lab_hears().at, 9u);
    EXPECT_EQ(heard.ends, 0);
}

TEST_F(RemoteConnection, OfALabThatHasEndedSaysSoToEveryCall) {
    lab.close();
    for (int i = 0; i < 2; ++i) {
        const Result<Answer> answer = connection.exchange({});
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error(), Errc::ended_early);
        EXPECT_EQ(answer.error().detail(), "the lab office has ended");
    }
    connection.tell({.call = Call::close});
    EXPECT_EQ(heard.ends, 1);
}

TEST_F(RemoteConnection, HearsOfTheEndInTheLoopToo) {
    lab.close();
    turn_of_the_loop();
    EXPECT_EQ(heard.ends, 1);
}

TEST_F(RemoteConnection, KeepsTheReasonThatTheLabGave) {
    lab_says(Ended{"web was switched off"});
    lab.close();
    turn_of_the_loop();
    EXPECT_EQ(connection.exchange({}).error().detail(), "web was switched off");
}

TEST_F(RemoteConnection, EndsWhereItHearsRubbish) {
    lab_says_octets(std::vector(64, std::byte{0xff}));
    EXPECT_EQ(connection.exchange({}).error(), Errc::input_output);
    EXPECT_EQ(heard.ends, 1);
}

TEST_F(RemoteConnection, EndsWhereItIsAnsweredWhatNobodyAsked) {
    lab_says(Answer{});
    turn_of_the_loop();
    EXPECT_EQ(heard.ends, 1);
    EXPECT_THAT(heard.ready_ones, IsEmpty());
}

}  // namespace
}  // namespace sockeye::remote
