#include "app/conversation.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "test/conformance/place.hpp"

namespace sockeye::app {
namespace {

using testing::ElementsAre;

struct HelloTest : testing::Test, Observer {
    HelloTest() {
        Socket listener = create_server(place.server(), at).value();
        place.server().spawn(
            serve(place.server(), std::move(listener), conversing(hello(place.server(), "welcome"), this)));
        client = create_connection(place.client(), Target{at}).wait().value();
    }
    void session_ended(const Session& session) override {
        ended.push_back(std::to_string(session.received) + " in, " + std::to_string(session.sent) + " out, " +
                        std::string{ending(session)});
    }
    void pass(Duration time) { ASSERT_TRUE(place.lab().run_for(time)); }
    std::string read() { return std::string{client.recv(100).wait().value().text()}; }

    std::vector<std::string> ended;
    conformance::LabPlace place;
    Address at{"10.0.0.1", 9001};
    Socket client;
};

TEST_F(HelloTest, IsTheTextAndThenFinWithoutBeingAsked_RFC867) {
    EXPECT_EQ(read(), "welcome");
    EXPECT_EQ(read(), "");
    EXPECT_THAT(ended, ElementsAre());
    client.close();
    pass(1s);
    EXPECT_THAT(ended, ElementsAre("0 in, 7 out, FIN"));
}

TEST_F(HelloTest, WhatTheClientSaysIsReadSoThatNoRstTakesTheTextAway_RFC1122_4_2_2_13) {
    client.sendall("unasked for").wait().value();
    pass(1s);
    EXPECT_EQ(read(), "welcome");
    EXPECT_EQ(read(), "");
    client.close();
    pass(1s);
    EXPECT_THAT(ended, ElementsAre("11 in, 7 out, FIN"));
}

TEST_F(HelloTest, AClientThatNeverEndsIsLeftAfterAMoment) {
    pass(3s);
    EXPECT_THAT(ended, ElementsAre("0 in, 7 out, FIN"));
    EXPECT_EQ(read(), "welcome");
}

}  // namespace
}  // namespace sockeye::app
