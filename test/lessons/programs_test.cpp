// Rows 63 to 88 of the checklist between two hosts of a lab: what each side writes when the other side
// speaks. test/cli/lessons_test.py plays the same programs against their Python originals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using lessons::Compat;
using lessons::Setting;
using lessons::Terminal;
using ::testing::MatchesRegex;

/// A server, and clients that speak to it one after the other.
class Play {
public:
    explicit Play(lessons::Program server, std::string_view server_types, Compat compat = Compat::fixed)
        : server_terminal_{script_stream(server_, server_types, &server_wrote)} {
        server_.spawn(run(server, compat));
    }

    /// Runs a client to its end, and the world a little longer. @returns what it wrote
    std::string client(lessons::Program program, std::string_view types) {
        std::string wrote;
        Terminal terminal{script_stream(client_, types, &wrote)};
        const Result<void> ran = client_.run(program(client_, terminal, Setting{at}));
        EXPECT_TRUE(ran) << ran.error().message();
        client_ended = lab_.now();
        (void)client_.sleep(10ms).wait();
        return wrote;
    }

    Network& client_network() { return client_; }
    bool has_server_ended() const { return server_ended != Instant::never(); }

    const Address at{"10.0.0.1", 9001};
    std::string server_wrote;
    Instant server_ended = Instant::never();
    Instant client_ended = Instant::never();

private:
    Task<> run(lessons::Program program, Compat compat) {
        // A Task<>: nothing comes back.
        (void)co_await program(server_, server_terminal_, Setting{at, compat});
        server_ended = lab_.now();
    }

    Lab lab_{{.seed = 7}};
    Switch& lan_ = lab_.add_switch("lan");
    Host& server_ = lab_.add_host("server", lan_, "10.0.0.1/24");
    Host& client_ = lab_.add_host("client", lan_, "10.0.0.2/24");
    Terminal server_terminal_;
};

TEST(Lessons, Lesson063_TheChatServerSpeaksFirstAndBothTakeTurns) {
    Play play{lessons::chat_server, "hello\nfine\n"};
    EXPECT_EQ(play.client(lessons::chat_client, "hi\nbyebye\n"), "hello\n客服端:fine\n客服端:");
    EXPECT_EQ(play.server_wrote, "服務端:hi\n服務端:");
}

TEST(Lessons, Lesson064_ByebyeEndsThatSessionAndTheServerTakesTheNextClient) {
    Play play{lessons::chat_server, "one\ntwo\n"};
    EXPECT_EQ(play.client(lessons::chat_client, "byebye\n"), "one\n客服端:");
    EXPECT_EQ(play.client(lessons::chat_client, "byebye\n"), "two\n客服端:");
    EXPECT_FALSE(play.has_server_ended());
}

TEST(Lessons, Lesson065_TheChatClientEndsOnceItHasSentByebye) {
    Play play{lessons::chat_server, "hello\n"};
    EXPECT_EQ(play.client(lessons::chat_client, "byebye\nnever asked for\n"), "hello\n客服端:");
}

TEST(Lessons, Lesson066_TheUdpChatServerPrintsWhoSaysWhatAndByeEndsItUnanswered) {
    Play play{lessons::udp_chat_server, "never typed\n"};
    EXPECT_EQ(play.client(lessons::udp_chat_client, "bye\n"), ">>:");
    EXPECT_THAT(play.server_wrote, MatchesRegex("来自\\('10.0.0.2', [0-9]+\\)的消息:bye\n"));
    EXPECT_TRUE(play.has_server_ended());
}

TEST(Lessons, Lesson067_TheUdpReplyIsTheInputACommaAndTheTextWithSbAsAlexsb) {
    Play play{lessons::udp_chat_server, "ok\n"};
    EXPECT_EQ(play.client(lessons::udp_chat_client, "sb hi\nbye\n"), ">>:ok,alexsb hi\n>>:");
}

TEST(Lessons, Lesson068_TheUdpClientQuitsAtOnceWithoutWaitingForAnAnswer) {
    Play play{lessons::udp_chat_server, ""};
    const Instant before = play.client_network().now();
    EXPECT_EQ(play.client(lessons::udp_chat_client, "bye\n"), ">>:");
    EXPECT_EQ(play.client_ended, before);
}

TEST(Lessons, Lesson069_TheOneShotServerAnswersOnceAndEndsASecondLater) {
    Play play{lessons::once_server, ""};
    EXPECT_EQ(play.client(lessons::once_client, ""), "b'helloworld'\n");
    EXPECT_FALSE(play.has_server_ended());
    ASSERT_TRUE(play.client_network().sleep(1s).wait());
    EXPECT_TRUE(play.has_server_ended());
    EXPECT_GE(play.server_ended - Instant{}, 1s);
}

TEST(Lessons, Lesson070_TheOneShotClientSendsSb) {
    Play play{lessons::once_server, ""};
    play.client(lessons::once_client, "");
    EXPECT_EQ(play.server_wrote, "b'sb'\n");
}

TEST(Lessons, Lesson071_EveryPairRunsBetweenTwoHosts) {
    for (const lessons::Pair& pair : lessons::pairs()) {
        Play play{pair.server, pair.server_types};
        play.client(pair.client, pair.client_types);
        EXPECT_FALSE(play.server_wrote.empty() && pair.name != "menu-udp") << pair.name;
    }
}

TEST(Lessons, Lesson074_TheLinkLoopTakesAConnectionForEachRequest) {
    Play play{lessons::link_server, ""};
    EXPECT_EQ(play.client(lessons::link_client, "hello\n"), ">>:HELLO\n");
    EXPECT_EQ(play.client(lessons::link_client, "mañana\n"), ">>:MAñANA\n") << "octets from 0x80 on stay";
    EXPECT_EQ(play.client(lessons::link_client, "third\n"), ">>:THIRD\n");
    const std::string line =
        "<socket laddr=\\('10.0.0.1', 9001\\), raddr=\\('10.0.0.2', [0-9]+\\)> \\('10.0.0.2', [0-9]+\\)\n";
    EXPECT_THAT(play.server_wrote, MatchesRegex(line + line + line));
}

TEST(Lessons, Lesson075_TheCommunicationLoopGoesOnUntilFinOrRst) {
    Play play{lessons::talk_server, ""};
    EXPECT_EQ(play.client(lessons::talk_client, "a\nb\nc\nd\ne\nq\n"), ">>:A\n>>:B\n>>:C\n>>:D\n>>:E\n>>:");
    {
        Socket rude = create_connection(play.client_network(), play.at).wait().value();
        ASSERT_TRUE(rude.sendall("x").wait());
        ASSERT_TRUE(play.client_network().sleep(10ms).wait());
    }  // closed with its answer unread: RST
    ASSERT_TRUE(play.client_network().sleep(10ms).wait());
    EXPECT_THAT(play.server_wrote, ::testing::HasSubstr("reset"));
    EXPECT_EQ(play.client(lessons::talk_client, "again\nq\n"), ">>:AGAIN\n>>:");
}

TEST(Lessons, Lesson076_OneUdpSocketServesEveryPeerAndTheClientReceivesWithoutAnAddress) {
    Play play{lessons::udp_upper_server, ""};
    EXPECT_EQ(play.client(lessons::udp_upper_client, "one\nq\n"), ">>:ONE\n>>:");
    EXPECT_EQ(play.client(lessons::udp_upper_client, "two\nq\n"), ">>:TWO\n>>:");
    EXPECT_EQ(play.client(lessons::udp_upper_client, "three\nq\n"), ">>:THREE\n>>:");
    EXPECT_EQ(std::ranges::count(play.server_wrote, '\n'), 3);
}

TEST(Lessons, Lesson078_TheServersMenuAsksAgainAfterAWrongAnswer) {
    Play play{lessons::menu_server, "x\nt\n"};
    play.client(lessons::menu_client, "q\n");
    EXPECT_EQ(play.server_wrote,
              "input choice t-tcp or u-udp:please input t or u,ok?\ninput choice t-tcp or u-udp:");
}

TEST(Lessons, Lesson079_TheTcpServerWarnsOfEachClientAndRepeatsWhatItGot) {
    Play play{lessons::menu_server, "t\n"};
    EXPECT_EQ(play.client(lessons::menu_client, "t\nhello\nq\nq\n"),
              "input choice t-tcp or u-udp or q-quit:>服务端接收到信息hello\n"
              ">input choice t-tcp or u-udp or q-quit:");
    EXPECT_THAT(play.server_wrote, MatchesRegex("input choice t-tcp or u-udp:"
                                                "警告,远端客户:\\('10.0.0.2', [0-9]+\\) 接入系统!!!\n"));
}

Task<> send_nothing(Network& network, Address at) {
    Socket socket{network, Family::inet, SocketType::datagram};
    (void)co_await socket.sendto("", at);  // the test sees what came of it
}

TEST(Lessons, Lesson080_AnEmptyDatagramEndsTheOriginalAloneAndNotTheProgram) {
    for (const Compat compat : {Compat::fixed, Compat::original}) {
        Play play{lessons::menu_server, "u\n", compat};
        EXPECT_THAT(play.client(lessons::menu_client, "u\nhello\nquit\nq\n"),
                    ::testing::HasSubstr(">i am udp,i got it\n"));
        ASSERT_TRUE(play.client_network().run(send_nothing(play.client_network(), play.at)));
        ASSERT_TRUE(play.client_network().sleep(10ms).wait());
        EXPECT_EQ(play.has_server_ended(), compat == Compat::original);
    }
}

Task<> take_one(Network& network, Address at, std::string* text) {
    Socket socket = create_datagram_server(network, at).value();
    auto datagram = co_await socket.recvfrom(1024);
    if (!datagram) co_return;
    *text = datagram->bytes.text();
    (void)co_await socket.sendto("got it", datagram->sender);  // the client waits for it
}

TEST(Lessons, Lesson081_TheUdpClientPutsTheTimeInFrontOfWhatItSends) {
    Lab lab{{.seed = 7}};
    auto& lan = lab.add_switch("lan");
    auto& server = lab.add_host("server", lan, "10.0.0.1/24");
    auto& client = lab.add_host("client", lan, "10.0.0.2/24");
    const Address at{"10.0.0.1", 9001};
    std::string received;
    server.spawn(take_one(server, at, &received));
    std::string wrote;
    Terminal terminal{script_stream(client, "u\nhello\nquit\nq\n", &wrote)};
    ASSERT_TRUE(client.run(lessons::menu_client(client, terminal, Setting{at})));
    EXPECT_EQ(received, "[Sat Jan  1 00:00:00 2000]:hello");  // the lab's zero
    EXPECT_EQ(lessons::ctime(WallTime{951827696s}), "Tue Feb 29 12:34:56 2000");
}

TEST(Lessons, Lesson086_TheUdpSenderSendsWhatIsTyped) {
    Play play{lessons::udp_receiver, ""};
    EXPECT_EQ(play.client(lessons::udp_sender, "hahaha\n"), "text:");
    EXPECT_THAT(play.server_wrote, MatchesRegex("b'hahaha' \\('10.0.0.2', [0-9]+\\)\n"));
    // A port that is text, or text that is no octets, does not compile:
    static_assert(!std::is_constructible_v<Address, const char*, const char*>);
    static_assert(!std::is_convertible_v<int, BytesView>);
}

TEST(Lessons, Lesson087_TheUdpReceiverPrintsDataAndAddress) {
    Play play{lessons::udp_receiver, ""};
    play.client(lessons::udp_sender, "it's\t\n");
    EXPECT_THAT(play.server_wrote, MatchesRegex("b\"it's\\\\t\" \\('10.0.0.2', [0-9]+\\)\n"));
    EXPECT_TRUE(play.has_server_ended());
}

TEST(Lessons, Lesson088_ALengthInFrontOfEachMessageKeepsThemApart) {
    Play play{lessons::messages_server, ""};
    EXPECT_EQ(play.client(lessons::messages_client, "hi\nbye\nbye\n"), "got: hi\ngot: bye\ngot: bye\n");
    EXPECT_EQ(play.server_wrote, "hi\nbye\nbye\n");
}

}  // namespace
}  // namespace sockeye
