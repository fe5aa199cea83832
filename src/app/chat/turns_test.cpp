#include "app/chat/turns.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "test/conformance/place.hpp"

namespace sockeye::app::chat {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Side {
    std::string printed;
    std::vector<std::string> notices;
    Piped piped;
    bool has_ended = false;
};

struct TurnsTest : testing::Test {
    Task<> chat(Network& network, std::string script, Socket peer, First first, Side& side) {
        Stream stream = script_stream(network, script, &side.printed);
        const Notices note = [&side](std::string_view text) { side.notices.emplace_back(text); };
        side.piped = co_await take_turns(stream, std::move(peer), first, Manners{"", "byebye"}, note);
        side.has_ended = true;
    }
    void server_types(std::string script) {
        place.server().spawn(
            chat(place.server(), std::move(script), std::move(pair.far), First::here, server));
    }
    void client_types(std::string script) {
        place.client().spawn(
            chat(place.client(), std::move(script), std::move(pair.near), First::peer, client));
    }
    void pass(Duration time) { ASSERT_TRUE(place.lab().run_for(time)); }

    Side server;
    Side client;
    conformance::LabPlace place;
    conformance::Pair pair{place};
};

TEST_F(TurnsTest, TheServerSpeaksFirstThenEachInTurn) {
    server_types("who is there?\nanna who?\n");
    client_types("anna\nbyebye\n");
    pass(10s);
    EXPECT_EQ(client.printed, "who is there?\nanna who?\n");
    EXPECT_EQ(server.printed, "anna\nbyebye\n");
    EXPECT_TRUE(client.has_ended && server.has_ended);
    EXPECT_FALSE(client.piped.error);
    EXPECT_FALSE(server.piped.error);
}

TEST_F(TurnsTest, OnTheWireNothingIsFramed) {
    server_types("hello\n");
    EXPECT_EQ(pair.near.recv(100).wait().value().text(), "hello");
}

TEST_F(TurnsTest, AnEmptyLineIsNoTurnAndThatIsSaid) {
    server_types("\n\nhello\n");
    EXPECT_EQ(pair.near.recv(100).wait().value().text(), "hello");
    EXPECT_THAT(server.notices, SizeIs(2));
}

TEST_F(TurnsTest, AMessageThatTcpCutIsOneTurn) {
    client_types("answer\n");
    pair.far.sendall("first half, ").wait().value();
    pass(20ms);
    pair.far.sendall("second half").wait().value();
    EXPECT_EQ(pair.far.recv(100).wait().value().text(), "answer");
    EXPECT_EQ(client.printed, "first half, second half\n");
}

TEST_F(TurnsTest, APeerThatClosesEndsIt) {
    client_types("unsaid\n");
    pair.far.close();
    pass(1s);
    EXPECT_TRUE(client.has_ended);
    EXPECT_FALSE(client.piped.error);
}

}  // namespace
}  // namespace sockeye::app::chat
