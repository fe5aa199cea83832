// The control socket: who may reach it, what it does with whoever comes, and a lab steered through it.
#include "view/control_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/dns/server.hpp"
#include "app/dns/zone_file.hpp"
#include "lab/world.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/names.hpp"
#include "test/support/folder.hpp"
#include "view/request.hpp"

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

::mode_t mode_of(const std::string& path) {
    struct stat found{};
    EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
    return found.st_mode & 07777;
}

/// A directory of its own for each test's sockets.
struct Directory {
    test::Folder folder;
    Directory() { ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1); }
    ~Directory() { ::unsetenv("XDG_RUNTIME_DIR"); }
};

struct OpenControlSocket : ::testing::Test, Directory {
    KernelNetwork machine;
};

TEST_F(OpenControlSocket, IsForItsUserAlone) {
    const ControlSocket socket = ControlSocket::open(machine, "office").value();
    EXPECT_EQ(socket.path(), control_directory() + "/office.sock");
    EXPECT_EQ(mode_of(control_directory()), 0700u);
    EXPECT_EQ(mode_of(socket.path()), 0600u);
    EXPECT_THAT(control_names(), ElementsAre("office"));
}

TEST_F(OpenControlSocket, LeavesNothingBehind) {
    {
        const ControlSocket socket = ControlSocket::open(machine, "office").value();
    }
    EXPECT_THAT(control_names(), IsEmpty());
}

TEST_F(OpenControlSocket, OfANameThatRunsAlreadyIsAnErrorThatSaysSo) {
    const ControlSocket first = ControlSocket::open(machine, "office").value();
    const Result<ControlSocket> second = ControlSocket::open(machine, "office");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), Errc::address_in_use);
    EXPECT_THAT(second.error().detail(), HasSubstr("a lab named office runs already"));
    EXPECT_TRUE(std::filesystem::exists(first.path()));
}

TEST_F(OpenControlSocket, ReplacesWhatALabLeftThatWasKilled) {
    std::filesystem::create_directory(control_directory());
    ::chmod(control_directory().c_str(), 0700);
    {
        const Socket left =
            create_server(machine, Address::parse("unix:" + control_path("office")).value()).value();
    }
    ASSERT_TRUE(std::filesystem::exists(control_path("office")));
    EXPECT_TRUE(ControlSocket::open(machine, "office"));
}

TEST_F(OpenControlSocket, RefusesADirectoryThatIsOpenToOthers) {
    std::filesystem::create_directory(control_directory());
    ::chmod(control_directory().c_str(), 0777);
    const Result<ControlSocket> socket = ControlSocket::open(machine, "office");
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error(), Errc::permission_denied);
    EXPECT_THAT(socket.error().detail(), HasSubstr("chmod 700"));
}

TEST_F(OpenControlSocket, RefusesALinkToADirectory) {
    std::filesystem::create_directory(folder.path() + "/elsewhere");
    std::filesystem::create_directory_symlink(folder.path() + "/elsewhere", control_directory());
    EXPECT_EQ(ControlSocket::open(machine, "office").error(), Errc::permission_denied);
}

TEST_F(OpenControlSocket, RefusesANameThatIsNoFiles) {
    for (const char* name : {"", "../office", "a/b", ".hidden", "a b"})
        EXPECT_EQ(ControlSocket::open(machine, name).error(), Errc::invalid_argument) << name;
}

// ---- a lab that runs

struct Control : ::testing::Test, Directory {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Switch& wan = lab.add_switch("wan");
    Host& router = lab.add_router("router");
    Host& alice = lab.add_host("alice", lan, "10.0.0.2/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.3/24");
    Host& web = lab.add_host("web", wan, "192.0.2.80/24");
    RunningLab running{.name = "office", .lab = lab};
    KernelNetwork machine;

    Control() {
        lab.connect(router, lan, "10.0.0.254/24");
        lab.connect(router, wan, "192.0.2.1/24");
        lab.add_route(alice, "0.0.0.0/0", "10.0.0.254");
        lab.add_route(web, "0.0.0.0/0", "192.0.2.1");
        machine.spawn(serve_control(machine, ControlSocket::open(machine, "office").value(), running));
    }

    Socket connect() {
        return create_connection(machine, Target::parse("unix:" + control_path("office")).value())
            .wait()
            .value();
    }
    static Task<Result<std::string>> line_from(Socket& socket) {
        std::string line;
        while (!line.ends_with('\n')) {
            Result<Bytes> more = co_await socket.recv(65536);
            if (!more) co_return std::unexpected{more.error()};
            if (more->empty()) co_return line;
            line += more->text();
        }
        co_return line;
    }
    static Task<std::string> exchange(Socket& socket, std::string text) {
        Result<void> sent = co_await socket.sendall(text);
        if (!sent) co_return "";
        Result<std::string> line = co_await line_from(socket);
        co_return line.value_or("");
    }
    /// Says what it says, while the lab's clock moves on.
    Answer say(const std::string& text) {
        Socket socket = connect();
        const std::string line = machine.run(exchange(socket, text)).value();
        return parse_answer(std::string_view{line}.substr(0, line.empty() ? 0 : line.size() - 1))
            .value_or(Answer{.exit = -1});
    }
    Answer ask(const Request& request) { return say(write_request(request)); }

    static Task<> keep_running(Network& network, RunningLab& its) {
        (void)co_await run_paced(network, its.lab, its.control, Speed::max());  // ended with the lab
    }
    void start() { machine.spawn(keep_running(machine, running)); }
};

TEST_F(Control, StatusSaysWhatRuns) {
    const Answer answer = ask({.verb = "status"});
    EXPECT_EQ(answer.text, "office: 6 nodes, 5 cables; running at 0.000000 s");
    EXPECT_EQ(answer.data[0]["state"], "running");
}

TEST_F(Control, EveryLookIsAnswered) {
    for (const char* verb : {"ps", "arp", "routes", "sockets", "backlog", "tcb", "leases", "ladder", "fault"})
        EXPECT_EQ(ask({.verb = verb, .host = "alice"}).exit, exit::ok) << verb;
    EXPECT_EQ(ask({.verb = "macs", .host = "lan"}).exit, exit::ok);
}

TEST_F(Control, AMistakeIsAnAnswerThatSaysSo) {
    EXPECT_THAT(ask({.verb = "arpp", .host = "alice"}).text, HasSubstr("did you mean arp?"));
    EXPECT_THAT(ask({.verb = "arp"}).text, HasSubstr("arp needs a 'host'"));
    EXPECT_THAT(ask({.verb = "ping", .host = "alice"}).text, HasSubstr("ping needs a 'target'"));
    EXPECT_THAT(ask({.verb = "arp", .host = "alcie"}).text, HasSubstr("there is no node \"alcie\""));
    EXPECT_THAT(ask({.verb = "nat", .host = "alice"}).text, HasSubstr("has no NAT"));
    EXPECT_EQ(ask({.verb = "nat", .host = "alice"}).exit, exit::usage);
    EXPECT_EQ(ask({.verb = "explain-send", .host = "alice", .target = "999"}).exit, exit::usage);
}

TEST_F(Control, RubbishIsAnsweredAndTheNextRequestToo) {
    Socket socket = connect();
    EXPECT_THAT(machine.run(exchange(socket, "rubbish\n")).value(), HasSubstr("a JSON object on one line"));
    EXPECT_THAT(machine.run(exchange(socket, "{\"verb\":\"ps\"}\n")).value(), HasSubstr("alice"));
}

TEST_F(Control, ALineWithoutAnEndIsCutShort) {
    Socket socket = connect();
    const std::string line = machine.run(exchange(socket, std::string(20'000, 'x'))).value();
    EXPECT_THAT(line, HasSubstr("at most 8192 octets"));
    const Result<std::string> more = machine.run(line_from(socket)).value();
    EXPECT_TRUE(!more || more->empty()) << "it hangs up";
}

TEST_F(Control, WhoComesInPiecesIsUnderstood) {
    Socket socket = connect();
    socket.sendall("{\"verb\":").wait().value();
    machine.sleep(5ms).wait().value();
    EXPECT_THAT(machine.run(exchange(socket, "\"status\"}\n")).value(), HasSubstr("office"));
}

TEST_F(Control, TheSeventeenthClientIsTurnedAwayAndAPlaceGetsFree) {
    std::vector<Socket> others;
    for (int i = 0; i < 16; ++i) others.push_back(connect());
    EXPECT_EQ(ask({.verb = "status"}).exit, -1) << "hung up";
    others.clear();
    machine.sleep(5ms).wait().value();
    EXPECT_EQ(ask({.verb = "status"}).exit, exit::ok);
}

TEST_F(Control, PauseStepResumeAndDown) {
    start();
    EXPECT_THAT(ask({.verb = "pause"}).text, HasSubstr("paused"));
    const Instant before = lab.now();
    EXPECT_EQ(ask({.verb = "step", .words = {"25ms"}}).data[0]["now_ns"],
              (before + 25ms).since_zero().count());
    EXPECT_THAT(ask({.verb = "step", .words = {"soon"}}).text, HasSubstr("soon"));
    EXPECT_THAT(ask({.verb = "resume"}).text, HasSubstr("running"));
    EXPECT_THAT(ask({.verb = "down"}).text, HasSubstr("ending"));
    EXPECT_TRUE(running.control.down);
}

TEST_F(Control, PingIsAProgramOfTheHost) {
    start();
    const Answer answer = ask({.verb = "ping", .host = "alice", .target = "bob", .count = 2});
    EXPECT_EQ("\n" + answer.text, R"(
alice pings bob (10.0.0.3)
  reply from 10.0.0.3 after 0.008 ms
  reply from 10.0.0.3 after 0.005 ms
2 sent, 2 answered)");
    EXPECT_EQ(answer.exit, exit::ok);
    EXPECT_EQ(answer.data.size(), 2u);
}

TEST_F(Control, PingThatNobodyAnswersSaysWhy) {
    start();
    EXPECT_EQ(ask({.verb = "ping", .host = "alice", .target = "10.0.0.99", .count = 1}).exit,
              exit::timed_out);
    EXPECT_EQ(ask({.verb = "ping", .host = "bob", .target = "web", .count = 1}).exit, exit::unreachable);
    EXPECT_EQ(ask({.verb = "ping", .host = "bob", .target = "nobody.example"}).exit, exit::name_not_found);
}

TEST_F(Control, PingWhilePausedSaysThatNothingWouldComeOfIt) {
    start();
    (void)ask({.verb = "pause"});
    const Answer answer = ask({.verb = "ping", .host = "alice", .target = "bob"});
    EXPECT_EQ(answer.exit, exit::other);
    EXPECT_THAT(answer.text, HasSubstr("resume it first"));
}

TEST_F(Control, PingHasATimeoutOfTheMachines) {
    // Nobody lets the lab's clock move on.
    const Answer answer = ask({.verb = "ping", .host = "alice", .target = "bob", .timeout = "20ms"});
    EXPECT_EQ(answer.exit, exit::timed_out);
    EXPECT_THAT(answer.text, HasSubstr("within 20ms"));
}

TEST_F(Control, PingallSaysWhoReachesWhom) {
    start();
    const Answer answer = ask({.verb = "pingall"});
    EXPECT_EQ("\n" + answer.text, R"(
router > alice bob web
alice > router bob web
bob > router alice -
web > router alice -
10 of 12 answered)");
    EXPECT_EQ(answer.exit, exit::timed_out);
    EXPECT_EQ(answer.data.size(), 12u);
}

TEST_F(Control, TracerouteNamesTheRouters) {
    start();
    const Answer answer = ask({.verb = "traceroute", .host = "alice", .target = "web"});
    EXPECT_THAT(answer.text, HasSubstr("alice to web (192.0.2.80)\nhop  address     who     "));
    EXPECT_THAT(answer.text, HasSubstr("\n  1  10.0.0.254  router  "));
    EXPECT_THAT(answer.text, HasSubstr("\n  2  192.0.2.80  web     "));
    EXPECT_EQ(answer.exit, exit::ok);
    EXPECT_EQ(answer.data[1]["who"], "web");
}

TEST_F(Control, DigAsksTheHostsNameServer) {
    start();
    EXPECT_THAT(ask({.verb = "dig", .host = "alice", .target = "www.example"}).text,
                HasSubstr("alice has been told of no name server"));
    const std::array servers{Address{"10.0.0.3", 53}};
    set_name_servers(alice, servers);
    EXPECT_THAT(ask({.verb = "dig", .host = "alice", .target = "www.example", .words = {"A"}}).text,
                HasSubstr("refused"));
    EXPECT_EQ(ask({.verb = "dig", .host = "alice", .target = "www.example", .words = {"Q"}}).exit,
              exit::usage);
}

TEST_F(Control, AFaultTakesEffectAndIsListed) {
    start();
    EXPECT_EQ(ask({.verb = "fault", .words = {"add", "alice", "lan", "cut"}}).exit, exit::ok);
    EXPECT_THAT(ask({.verb = "fault", .words = {"list"}}).text, HasSubstr("alice:eth0 -- lan:1  cut"));
    EXPECT_EQ(ask({.verb = "ping", .host = "alice", .target = "bob", .count = 1}).exit, exit::timed_out);
    EXPECT_EQ(ask({.verb = "fault", .words = {"clear"}}).exit, exit::ok);
    EXPECT_EQ(ask({.verb = "ping", .host = "alice", .target = "bob", .count = 1}).exit, exit::ok);
    EXPECT_EQ(ask({.verb = "fault", .words = {"mend"}}).exit, exit::usage);
}

TEST_F(Control, TheLadderOfAHostHasWhatConcernsIt) {
    start();
    ASSERT_EQ(ask({.verb = "ping", .host = "alice", .target = "bob", .count = 1}).exit, exit::ok);
    EXPECT_THAT(ask({.verb = "ladder", .host = "bob"}).text, HasSubstr("ARP who has 10.0.0.3?"));
    EXPECT_THAT(ask({.verb = "ladder", .host = "bob"}).text, HasSubstr("bob "));
    EXPECT_THAT(ask({.verb = "ladder", .host = "web"}).text, testing::Not(HasSubstr("alice")));
    EXPECT_EQ(ask({.verb = "ladder", .host = "nobody"}).exit, exit::usage);
}

TEST_F(Control, WhoDoesNotReadCostsOneAnswerAndHoldsNobodyUp) {
    start();
    Socket deaf = connect();
    std::string many;
    for (int i = 0; i < 200; ++i) many += "{\"verb\":\"ps\"}\n";
    deaf.sendall(many).wait().value();
    EXPECT_EQ(ask({.verb = "status"}).exit, exit::ok);
}

}  // namespace
}  // namespace sockeye::view
