// A room in a lab, its clients plain sockets (as nc is) and our own client.
#include "app/chat/room.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "app/chat/client.hpp"
#include "test/conformance/place.hpp"

namespace sockeye::app::chat {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

struct RoomTest : testing::Test, Observer {
    void open(RoomOptions options = {}) {
        Socket listener = create_server(place.server(), at).value();
        place.server().spawn(serve(place.server(), std::move(listener),
                                   conversing(room(place.server(), std::move(options)), this)));
    }
    void session_ended(const Session& session) override { endings.emplace_back(ending(session)); }
    void pass(Duration time) { ASSERT_TRUE(place.lab().run_for(time)); }

    Socket connect() { return create_connection(place.client(), Target{at}).wait().value(); }
    /// Comes as nc does, takes a name, and forgets what it was told so far.
    Socket join(std::string_view name) {
        Socket member = connect();
        member.sendall("/name " + std::string{name} + "\n").wait().value();
        pass(10ms);
        hear(member);
        return member;
    }
    static void say(Socket& member, std::string_view text) { member.sendall(text).wait().value(); }
    /// Small segments wait for the ACK of those before (Nagle, RFC 9293 §3.7.4), and that may be delayed.
    std::string hear(Socket& member) {
        pass(400ms);
        std::string heard;
        for (;;) {
            Result<Bytes> piece = member.recv(100'000, Duration{}).wait();
            if (!piece || piece->empty()) return heard;
            heard += piece->text();
        }
    }

    std::vector<std::string> endings;
    conformance::LabPlace place;
    Address at{"10.0.0.1", 9001};
};

TEST_F(RoomTest, EverybodyElseHearsWhatIsSaidAndByWhom) {
    open();
    Socket anna = join("anna");
    Socket bob = join("bob");
    hear(anna);
    say(anna, "hello\n");
    EXPECT_EQ(hear(bob), "anna: hello\n");
    EXPECT_EQ(hear(anna), "");
}

TEST_F(RoomTest, MessagesNeitherMergeNorSplitAndEmptyOnesArrive) {
    open();
    Socket anna = join("anna");
    Socket bob = join("bob");
    say(anna, "hi\nbye");
    pass(1s);
    say(anna, "bye\n\n");
    EXPECT_EQ(hear(bob), "anna: hi\nanna: byebye\nanna: \n");
}

TEST_F(RoomTest, WhoComesRenamesAndGoesIsTold) {
    open();
    Socket anna = join("anna");
    Socket guest = connect();
    EXPECT_THAT(hear(guest), HasSubstr("with anna"));
    pass(1s);
    EXPECT_EQ(hear(anna), "* guest1 has joined\n");
    say(guest, "/name bob\n");
    EXPECT_EQ(hear(anna), "* guest1 is now bob\n");
    guest.close();
    EXPECT_EQ(hear(anna), "* bob has left\n");
}

TEST_F(RoomTest, AClientThatNamesItselfAtOnceIsToldOfUnderThatNameAlone) {
    open();
    Socket anna = join("anna");
    Socket bob = join("bob");
    EXPECT_EQ(hear(anna), "* bob has joined\n");
}

TEST_F(RoomTest, ANameThatIsTakenGetsANumber) {
    open();
    Socket anna = join("anna");
    Socket other = connect();
    say(other, "/name anna\n");
    EXPECT_THAT(hear(other), EndsWith("* anna is taken\n* you are anna1\n"));
}

TEST_F(RoomTest, HostileOctetsReachNobodysTerminal) {
    open();
    Socket anna = join("anna");
    Socket bob = join("bob");
    say(anna, std::string_view{"\0\x1b[2J\xff\n", 7});
    EXPECT_EQ(hear(bob), "anna: ␀␛[2J\uFFFD\n");
}

TEST_F(RoomTest, AWordThatLeavesEndsThatSessionAndNoOther) {
    open({"byebye"});
    Socket anna = join("anna");
    Socket bob = join("bob");
    hear(anna);
    say(anna, "byebye\n");
    EXPECT_EQ(hear(bob), "anna: byebye\n* anna has left\n");
    EXPECT_TRUE(anna.recv(1).wait().value().empty());
    anna.close();
    EXPECT_EQ(hear(bob), "");
    pass(1s);
    EXPECT_THAT(endings, ElementsAre("FIN"));
}

TEST_F(RoomTest, WhoDoesNotReadIsPutOutAndHoldsNobodyUp) {
    open();
    Socket deaf = join("deaf");
    Socket anna = join("anna");
    Socket bob = join("bob");
    hear(anna);
    const std::string line = std::string(4000, 'x') + "\n";
    for (int i = 0; i < 400; ++i) {
        say(anna, line);
        ASSERT_EQ(hear(bob).substr(0, 6), "anna: ");
    }
    EXPECT_THAT(hear(anna), EndsWith("* deaf has left, too slow to listen\n"));
    EXPECT_THAT(endings, ElementsAre("resources exhausted"));
}

TEST_F(RoomTest, AClientTakesItsNameAndTellsMessagesFromNotices) {
    open();
    Socket anna = join("anna");
    std::string messages;
    std::vector<std::string> notices;
    place.client().spawn([](RoomTest& test, std::string& messages_,
                            std::vector<std::string>& notices_) -> Task<> {
        Result<Socket> peer = co_await create_connection(test.place.client(), Target{test.at});
        const Notices note = [&](std::string_view text) { notices_.emplace_back(text); };
        Piped piped =
            co_await talk(test.place.client(),
                          script_stream(test.place.client(), "/not a command\n\nbye\nunsaid\n", &messages_),
                          std::move(*peer), Manners{"bob", "bye"}, note);
        EXPECT_FALSE(piped.error);
    }(*this, messages, notices));
    pass(100ms);
    say(anna, "hello\n");
    pass(5s);
    EXPECT_EQ(hear(anna), "* bob has joined\nbob: /not a command\nbob: \nbob: bye\n* bob has left\n");
    EXPECT_THAT(notices.back(), "* you are bob");
}

}  // namespace
}  // namespace sockeye::app::chat
