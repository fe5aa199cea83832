// A program outside the lab as one of a host's: what it may ask for, how it hears, and what is left of it.
#include "view/caller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "lab/world.hpp"
#include "socket/remote/records.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"
#include "test/support/called_host.hpp"

namespace sockeye::view {
namespace {

using remote::Answer;
using remote::Call;
using remote::Request;
using ::testing::Contains;

constexpr std::uint32_t stream = 0;  // SocketType

struct CallerOfAHost : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& alice = lab.add_host("alice", lan, "10.0.0.1/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.2/24");
    std::vector<remote::Message> news;
    std::unique_ptr<Caller> caller = std::make_unique<Caller>(alice, [this] {
        for (remote::Message& one : caller->take_news()) news.push_back(std::move(one));
    });

    Answer ask(const Request& request) { return caller->answer(request).value(); }
    Errc refusal(const Request& request) {
        const Answer answer = ask(request);
        return answer.failure ? answer.failure->code : Errc::input_output;
    }
    std::uint32_t open() {
        return static_cast<std::uint32_t>(ask({.call = Call::open, .second = stream}).value);
    }
    std::uint32_t listener(std::uint16_t port) {
        const std::uint32_t number = open();
        EXPECT_FALSE(ask({.call = Call::bind, .at = number, .address = Address{"10.0.0.1", port}}).failure);
        EXPECT_FALSE(ask({.call = Call::listen, .at = number, .first = 5}).failure);
        return number;
    }
    bool has_heard_of(std::uint32_t number, backend::Interest interest) const {
        return std::ranges::any_of(news, [&](const remote::Message& message) {
            const auto* ready = std::get_if<remote::Ready>(&message);
            return ready != nullptr && ready->at == number && ready->interest == interest;
        });
    }
    std::string heard_end() const {
        for (const remote::Message& message : news)
            if (const auto* ended = std::get_if<remote::Ended>(&message)) return ended->why;
        return "";
    }
};

TEST_F(CallerOfAHost, HearsOnceOfWhatItWasToldToWaitFor) {
    const std::uint32_t server = listener(80);
    EXPECT_EQ(refusal({.call = Call::accept, .at = server}), Errc::would_block);
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_TRUE(news.empty()) << "nobody has come";
    const Socket client = create_connection(bob, {"10.0.0.1", 80}).wait().value();
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_TRUE(has_heard_of(server, backend::Interest::read));
    EXPECT_EQ(news.size(), 1u);
    const Answer accepted = ask({.call = Call::accept, .at = server});
    EXPECT_FALSE(accepted.failure);
    EXPECT_EQ(accepted.address, client.getsockname().value());
}

TEST_F(CallerOfAHost, IsToldWhyAConnectionFailed) {
    const std::uint32_t socket = open();
    EXPECT_EQ(refusal({.call = Call::connect, .at = socket, .address = Address{"10.0.0.2", 81}}),
              Errc::would_block);
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_TRUE(has_heard_of(socket, backend::Interest::write));
    EXPECT_EQ(refusal({.call = Call::finish_connect, .at = socket}), Errc::refused);
}

TEST_F(CallerOfAHost, ThatHasGoneLeavesNothingOpen) {
    const std::uint32_t server = listener(80);
    Socket client = create_connection(bob, {"10.0.0.1", 80}).wait().value();
    ASSERT_TRUE(lab.run_for(1ms)) << "its last ACK arrives";
    EXPECT_FALSE(ask({.call = Call::accept, .at = server}).failure);
    caller.reset();
    EXPECT_TRUE(client.recv(1).wait().value().empty()) << "FIN";
    EXPECT_EQ(create_connection(bob, {"10.0.0.1", 80}).wait().error(), Errc::refused);
}

TEST_F(CallerOfAHost, HearsThatTheHostWasSwitchedOff) {
    ASSERT_TRUE(lab.run_for(1ms));
    lab.crash("alice");
    EXPECT_EQ(heard_end(), "alice was switched off");
}

TEST_F(CallerOfAHost, OpensNoMoreThanItMay) {
    for (std::size_t i = 0; i < Caller::most_open; ++i) open();
    EXPECT_EQ(refusal({.call = Call::open, .second = stream}), Errc::resources_exhausted);
    EXPECT_FALSE(caller->answer({.call = Call::close, .at = 1}));
    EXPECT_FALSE(ask({.call = Call::open, .second = stream}).failure);
}

TEST_F(CallerOfAHost, AcceptsWhenThereIsAPlaceAgain) {
    const std::uint32_t server = listener(80);
    const Socket client = create_connection(bob, {"10.0.0.1", 80}).wait().value();
    ASSERT_TRUE(lab.run_for(1ms)) << "its last ACK arrives";
    std::uint32_t last = server;
    for (std::size_t i = 1; i < Caller::most_open; ++i) last = open();
    EXPECT_EQ(refusal({.call = Call::accept, .at = server}), Errc::would_block);
    EXPECT_FALSE(caller->answer({.call = Call::close, .at = last}));
    EXPECT_TRUE(has_heard_of(server, backend::Interest::read));
    EXPECT_FALSE(ask({.call = Call::accept, .at = server}).failure);
}

TEST_F(CallerOfAHost, IsToldWhereItAsksForNonsense) {
    const std::uint32_t socket = open();
    for (const Request& request :
         {Request{.call = Call::open, .first = 3}, Request{.call = Call::open, .second = 4},
          Request{.call = Call::receive, .at = 99}, Request{.call = Call::receive, .at = 0},
          Request{.call = Call::finish_lookup, .at = socket}, Request{.call = Call::random, .at = socket},
          Request{.call = Call::shutdown, .at = socket, .first = 3},
          Request{.call = Call::set_flag, .at = socket, .first = 200},
          Request{.call = Call::get_number, .at = socket, .first = 200},
          Request{.call = Call::by_name, .octets = BytesView{"rubbish"}.span()}})
        EXPECT_EQ(refusal(request), Errc::invalid_argument) << static_cast<int>(request.call);
}

TEST_F(CallerOfAHost, AsksItsOwnNameServersAndLeavesTheHostsAsTheyAre) {
    std::vector<std::byte> question;
    remote::write_question(question, {.name = "web.example", .servers = {Address{"10.0.0.2", 53}}});
    const Answer asked = ask({.call = Call::by_name, .octets = question});
    ASSERT_FALSE(asked.failure);
    EXPECT_TRUE(alice.backend().names().servers().empty());
    const auto number = static_cast<std::uint32_t>(asked.value);
    EXPECT_EQ(refusal({.call = Call::finish_lookup, .at = number}), Errc::would_block);
    ASSERT_TRUE(lab.run_for(1min));
    EXPECT_TRUE(has_heard_of(number, backend::Interest::read)) << "nobody answers there";
}

TEST_F(CallerOfAHost, FindsTheHostsCardsAndTime) {
    test::CalledHost called{alice};
    EXPECT_EQ(gethostname(called), "alice");
    EXPECT_EQ(if_nameindex(called), if_nameindex(alice));
    EXPECT_EQ(called.wall_now(), alice.wall_now());
    EXPECT_NE(called.random(), called.random());
}

TEST_F(CallerOfAHost, ThatWaitsIsToldOfTheEnd) {
    test::CalledHost called{alice};
    Socket server = create_server(called, Address{"10.0.0.1", 80}).value();
    lab.at(1s, [&] { lab.crash("alice"); });
    const Result<Accepted> accepted = server.accept().wait();
    ASSERT_FALSE(accepted);
    EXPECT_EQ(accepted.error(), Errc::ended_early);
    EXPECT_EQ(accepted.error().detail(), "alice was switched off");
}

}  // namespace
}  // namespace sockeye::view
