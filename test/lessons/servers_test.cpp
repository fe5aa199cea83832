// The checklist's rows on servers, their clients and what can go wrong between them: the command as the
// server, the library as its client, on the machine's network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <thread>

#include "app/http/url.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/lessons/serving.hpp"
#include "test/lessons/sockeye.hpp"
#include "test/support/folder.hpp"

namespace sockeye {
namespace {

using test::Serving;
using testing::EndsWith;
using testing::HasSubstr;

struct LessonsOnServers : testing::Test {
    Socket connect(const Serving& server) {
        return create_connection(network, Target::parse(server.address()).value(), 10s).wait().value();
    }
    static void say(Socket& socket, std::string_view text) { socket.sendall(text).wait().value(); }
    /// As many octets as were asked for, or fewer at the end.
    static std::string hear(Socket& socket, std::size_t octets) {
        std::string heard;
        while (heard.size() < octets) {
            const Bytes piece = socket.recv(octets - heard.size(), 10s).wait().value();
            if (piece.empty()) break;
            heard += piece.text();
        }
        return heard;
    }
    static bool has_ended(Socket& socket) { return socket.recv(1, 10s).wait().value().empty(); }
    /// Closing with octets unread is an RST (RFC 1122 §4.2.2.13).
    void reset(Socket& socket, const std::string& unread) {
        say(socket, unread);
        ASSERT_EQ(hear(socket, 1).size(), 1U);
        socket.close();
    }

    KernelNetwork network;
};

TEST_F(LessonsOnServers, Lesson034_AUrlWithoutAPortMeansPort80_AndHttpsIsNotThatYet) {
    EXPECT_EQ(app::http::Url::parse("http://127.0.0.1/").value().port, 80);
    EXPECT_EQ(test::sockeye({"http", "get", "https://127.0.0.1/"}).exit, 1);
    if (Socket free{network}; !free.bind(Address{"127.0.0.34", 80}))
        GTEST_SKIP() << "port 80 is not this user's to serve";
    const Serving server{{"127.0.0.34:80", "--hello", "HTTP/1.0 200 OK\r\n\r\nsb"}};
    EXPECT_EQ(test::sockeye({"http", "get", "http://127.0.0.34/"}).text, "sb");
}

TEST_F(LessonsOnServers, Lesson014_OneServerAnswersBrowsersAndItsOwnClient) {
    const test::Folder folder;
    folder.write("index.html", "<p>hello");
    const Serving server{{"127.0.0.1:0", "--http", folder.path()}};
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(test::sockeye({"http", "get", url}).text, "<p>hello");
    Socket plain = connect(server);
    say(plain, "GET / HTTP/1.0\r\n\r\n");
    EXPECT_THAT(hear(plain, 100'000), EndsWith("\r\n\r\n<p>hello"));
}

TEST_F(LessonsOnServers, Lesson015_APrinterStoresEachJobByteExactly) {
    const test::Folder folder;
    Serving server{{"127.0.0.1:0", "--save", folder.path("job-%n.bin")}};
    const std::string job{"\x1b%-12345X\0\xff PCL", 16};
    for (const std::string& octets : {job, job + job}) {
        {
            Socket client = connect(server);
            say(client, octets);
        }
        EXPECT_THAT(server.line(), HasSubstr("saved job-"));
        EXPECT_THAT(server.line(), EndsWith("FIN"));
    }
    EXPECT_EQ(folder.read("job-1.bin"), job);
    EXPECT_EQ(folder.read("job-2.bin"), job + job);
}

TEST_F(LessonsOnServers, Lesson072_OnConnectingTheClientGetsTheFileAndThenTheEnd) {
    const test::Folder folder;
    folder.write("file", "sb");
    const Serving server{{"127.0.0.1:0", "--push", folder.path("file")}};
    Socket client = connect(server);
    EXPECT_EQ(hear(client, 100), "sb");
    EXPECT_TRUE(has_ended(client));
}

TEST_F(LessonsOnServers, Lesson038_TheSameProgramServesUnixAndTcpByItsAddressAlone) {
    const std::string path = "unix:@sockeye-lesson-038-" + std::to_string(::getpid());
    for (const std::string& address : {path, std::string{"tcp://127.0.0.1:0"}}) {
        const Serving server{{address, "--upper"}};
        Socket client = connect(server);
        say(client, "hello");
        EXPECT_EQ(hear(client, 5), "HELLO") << address;
    }
}

TEST_F(LessonsOnServers, Lesson041_TheSameEchoOnEveryFamily) {
    const std::string name = "sockeye-lesson-041-" + std::to_string(::getpid());
    for (const std::string& address :
         {"unix:/tmp/" + name, "unix:@" + name, std::string{"127.0.0.1:0"}, std::string{"[::1]:0"}}) {
        const Serving server{{address, "--echo"}};
        Socket client = connect(server);
        say(client, "the same everywhere");
        EXPECT_EQ(hear(client, 19), "the same everywhere") << address;
    }
}

TEST_F(LessonsOnServers, Lesson061_TheSecondClientIsConnectedAndWaitsOnlyIfTheServerIsToldSo) {
    const Serving one_at_a_time{{"127.0.0.1:0", "--echo", "--one-at-a-time"}};
    Socket first = connect(one_at_a_time);
    say(first, "1");
    EXPECT_EQ(hear(first, 1), "1");
    Socket second = connect(one_at_a_time);
    say(second, "2");
    EXPECT_EQ(second.recv(1, 300ms).wait().error(), Errc::timed_out);
    first.close();
    EXPECT_EQ(hear(second, 1), "2");

    const Serving many_at_once{{"127.0.0.1:0", "--echo"}};
    Socket other = connect(many_at_once);
    Socket another = connect(many_at_once);
    say(another, "2");
    EXPECT_EQ(hear(another, 1), "2");
}

TEST_F(LessonsOnServers, Lesson062_FinAndRstAreBothLoggedAndTheNextClientIsServed) {
    Serving server{{"127.0.0.1:0", "--echo", "--one-at-a-time"}};
    {
        Socket graceful = connect(server);
        say(graceful, "bye");
        EXPECT_EQ(hear(graceful, 3), "bye");
    }
    EXPECT_THAT(server.line(), EndsWith("FIN"));
    Socket forced = connect(server);
    reset(forced, "no goodbye");
    EXPECT_THAT(server.line(), EndsWith("RST"));
    Socket next = connect(server);
    say(next, "still there?");
    EXPECT_EQ(hear(next, 12), "still there?");
}

TEST_F(LessonsOnServers, Lesson074_AnAcceptLoopAnswersOneClientAfterAnotherInUpperCaseOctetByOctet) {
    Serving server{{"127.0.0.1:0", "--upper"}};
    for (int client = 0; client < 3; ++client) {
        std::string own;
        {
            Socket socket = connect(server);
            own = socket.getsockname().value().to_string();
            say(socket, "sb \x80\xff naïve");
            EXPECT_EQ(hear(socket, 12), "SB \x80\xff NAïVE");
        }
        EXPECT_THAT(server.line(), testing::StartsWith(own));
    }
}

TEST_F(LessonsOnServers, Lesson075_ACommunicationLoopEndsByFinOrRstAndEitherReturnsToAccept) {
    Serving server{{"127.0.0.1:0", "--upper"}};
    Socket talkative = connect(server);
    for (const char* text : {"one", "two", "tre", "for", "fiv"}) {
        say(talkative, text);
        EXPECT_EQ(hear(talkative, 3).size(), 3U);
    }
    talkative.close();
    EXPECT_THAT(server.line(), EndsWith("15 B in        15 B out   FIN"));
    Socket rude = connect(server);
    reset(rude, "abnormal");
    EXPECT_THAT(server.line(), EndsWith("RST"));
    Socket next = connect(server);
    say(next, "q");
    EXPECT_EQ(hear(next, 1), "Q");
}

TEST_F(LessonsOnServers, Lesson076_OneUdpPortAnswersThreePeersInterleavedAndConnectedOnesNeedNoAddress) {
    const Serving server{{"udp://127.0.0.1:0", "--upper"}};
    std::array<Socket, 3> peers{connect(server), connect(server), connect(server)};
    for (const char* text : {"first", "second"})
        for (Socket& peer : peers) peer.send(text).wait().value();
    for (const char* answer : {"FIRST", "SECOND"})
        for (Socket& peer : peers) EXPECT_EQ(peer.recv(1024, 10s).wait().value().text(), answer);
}

TEST_F(LessonsOnServers, Lesson118_AnAbruptCloseKillsNoServer) {
    Serving server{{"127.0.0.1:0", "--echo"}};
    for (int time = 0; time < 3; ++time) {
        Socket rude = connect(server);
        reset(rude, std::string(100'000, 'x'));
        EXPECT_THAT(server.line(), EndsWith("RST"));
    }
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(LessonsOnServers, Lesson119_AServerStartsAgainAtOnceThoughItsPortIsInTimeWait) {
    std::string address;
    {
        Serving server{{"127.0.0.1:0", "--hello", "bye"}};  // it closes first, so it is in TIME-WAIT
        address = server.address();
        Socket client = connect(server);
        EXPECT_EQ(hear(client, 4), "bye");
        client.close();
        EXPECT_THAT(server.line(), EndsWith("FIN"));
        EXPECT_EQ(server.stop(), 0);
    }
    EXPECT_NO_THROW(Serving({address, "--echo"}));
}

TEST_F(LessonsOnServers, Lesson122_AWaitThatWouldLastForEverEndsWhenItIsToldTo) {
    Socket silent = create_server(network, Address{"127.0.0.1", 0}).value();
    const std::string address = silent.getsockname().value().to_string();
    EXPECT_EQ(test::sockeye({"connect", address, "--timeout", "200ms"}).exit, 28);
}

TEST_F(LessonsOnServers, Lesson123_AConnectedUdpSocketTakesNoAnswerFromAnybodyElse) {
    Socket server = create_datagram_server(network, Address{"127.0.0.1", 0}).value();
    Target target{server.getsockname().value()};
    target.transport = Transport::udp;
    Socket client = create_connection(network, target).wait().value();
    client.send("question").wait().value();
    const Address asking = server.recvfrom(100).wait().value().sender;
    Socket forger = create_datagram_server(network, Address{"127.0.0.1", 0}).value();
    forger.sendto("forged", asking).wait().value();
    server.sendto("answer", asking).wait().value();
    EXPECT_EQ(client.recv(100, 10s).wait().value().text(), "answer");
}

TEST_F(LessonsOnServers, Lesson125_AnAnswerIsSentWholeHoweverLongItIs) {
    const Serving server{{"127.0.0.1:0", "--upper"}};
    Socket client = connect(server);
    const std::string much(5'000'000, 'x');
    std::string heard;
    network.spawn([](Socket& socket, const std::string& text) -> Task<> {
        Result<void> sent = co_await socket.sendall(text);
        EXPECT_TRUE(sent);
    }(client, much));
    EXPECT_EQ(hear(client, much.size()), std::string(much.size(), 'X'));
}

TEST_F(LessonsOnServers, Lesson127_AClientThatIsThereFirstWaitsForItsServer) {
    Socket reserved{network};
    reserved.bind(Address{"127.0.0.1", 0}).value();
    const Address at = reserved.getsockname().value();
    reserved.close();
    EXPECT_EQ(test::sockeye({"connect", at.to_string()}).exit, 7);
    std::optional<Serving> later;
    const std::jthread starting{[&] {
        std::this_thread::sleep_for(300ms);
        later.emplace(std::vector<std::string>{at.to_string(), "--hello", "at last"});
    }};
    EXPECT_EQ(test::sockeye({"connect", at.to_string(), "--retry", "10s"}).text, "at last");
}

TEST_F(LessonsOnServers, Lesson021_WithoutAPortItSaysWhatIsMissing) {
    EXPECT_EQ(test::sockeye({"connect", "127.0.0.1"}).exit, 2);
    EXPECT_THAT(std::string{Target::parse("127.0.0.1").error().detail()}, HasSubstr("has no port"));
}

}  // namespace
}  // namespace sockeye
