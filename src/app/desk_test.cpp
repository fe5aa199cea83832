#include "app/desk.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "test/conformance/place.hpp"

namespace sockeye::app {
namespace {

using testing::ElementsAre;

struct DeskTest : testing::Test, Observer {
    Task<> sit(std::string_view says) {
        Piped done = co_await desk(place.server(), script_stream(place.server(), says, &printed),
                                   std::move(server), this);
        piped = done;
    }
    void session_began(const Address& peer) override { peers.push_back(peer.port()); }
    Socket peer() {
        Target target{at};
        target.transport = Transport::udp;
        return create_connection(place.client(), target).wait().value();
    }

    std::string printed;
    std::vector<std::uint16_t> peers;
    Piped piped;
    conformance::LabPlace place;
    Address at{"10.0.0.1", 9001};
    Socket server{create_datagram_server(place.server(), at).value()};
};

TEST_F(DeskTest, WhatIsTypedGoesToWhoeverAskedAndNobodyIsAnsweredUnasked) {
    place.server().spawn(sit("an answer"));
    Socket asking = peer();
    asking.send("a question").wait().value();
    EXPECT_EQ(asking.recv(100).wait().value().text(), "an answer");
    EXPECT_EQ(printed, "a question");
}

TEST_F(DeskTest, AllPeersAreHeardAndEachTurnIsTold) {
    place.server().spawn(sit(""));
    Socket one = peer();
    Socket two = peer();
    for (Socket* from : {&one, &one, &two, &one}) {
        from->send(from == &one ? "1" : "2").wait().value();
        ASSERT_TRUE(place.lab().run_for(1ms));
    }
    EXPECT_EQ(printed, "1121");
    const std::uint16_t first = one.getsockname().value().port();
    EXPECT_THAT(peers, ElementsAre(first, two.getsockname().value().port(), first));
}

}  // namespace
}  // namespace sockeye::app
