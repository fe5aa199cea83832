// A recording is asked: its lab runs again, up to the time that is meant.
#include "view/rerun.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/tables/nodes.hpp"
#include "sockeye/socket.hpp"
#include "view/answers.hpp"
#include "view/started_lab.hpp"

namespace sockeye::view {
namespace {

using lab::Recording;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view pair = R"(name: pair
topology:
  nodes:
    alice: {cmd: "fetch http://10.0.0.2/"}
    bob: {cmd: http}
    lan: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "lan:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["bob:eth0", "lan:2"], ipv4: [10.0.0.2/24]}
)";

/// Alice gets Bob's page; at 2 s her cable is cut.
struct RecordedPair {
    lab::TopologyFile file = lab::read_topology(pair, {});
    std::vector<lab::Fault> faults =
        lab::read_faults("faults: [{at: 2s, do: cut, on: [alice, lan]}]", file).faults;
    StartedLab started{file, faults, {.seed = 7}};

    void run_for(Duration duration) { started.lab.run_for(duration).value(); }
    Recording recording() const { return Recording::read(started.lab.pcapng(), "run.pcapng").value(); }
    Answer live(const Request& request) { return look(started.running, request); }
    Answer again(const Request& request, Instant until = Instant::never()) const {
        return ask_recording(recording(), "run.pcapng", request, until);
    }
};

TEST(Rerun, AnswersAsTheLabDidThatWasRecorded) {
    RecordedPair lab;
    lab.run_for(3s);
    for (const Request& request :
         {Request{.verb = "ps"}, Request{.verb = "arp", .host = "alice"},
          Request{.verb = "macs", .host = "lan"}, Request{.verb = "leases"},
          Request{.verb = "sockets", .host = "bob"}, Request{.verb = "tcb", .host = "alice"},
          Request{.verb = "explain-send", .host = "alice", .target = "bob"}}) {
        const Answer answer = lab.again(request);
        EXPECT_EQ(answer.exit, exit::ok) << request.verb;
        EXPECT_EQ(answer.text, lab.live(request).text) << request.verb;
        EXPECT_EQ(answer.data, lab.live(request).data) << request.verb;
    }
}

TEST(Rerun, AnswersWhatWasSoAtATime) {
    RecordedPair lab;
    lab.run_for(3s);
    EXPECT_THAT(lab.again({.verb = "arp", .host = "alice"}, Instant{}).text, Not(HasSubstr("10.0.0.2")));
    EXPECT_THAT(lab.again({.verb = "arp", .host = "alice"}, Instant{1s}).text, HasSubstr("10.0.0.2"));
}

TEST(Rerun, TracesTheStatesOfAllThatTime) {
    RecordedPair lab;
    lab.run_for(3s);
    const Answer trace = lab.again({.verb = "trace", .host = "alice"});
    EXPECT_THAT(trace.text, HasSubstr("CLOSED → SYN-SENT"));
    EXPECT_THAT(trace.text, HasSubstr("SYN-SENT → ESTABLISHED"));
    EXPECT_EQ(trace.data.front()["kind"], "trace");
    EXPECT_EQ(trace.data.back()["kind"], "end");
}

TEST(Rerun, SaysFromWhenOnTheLabWasSteered) {
    RecordedPair lab;
    lab.run_for(1s);
    lab.started.lab.cut("bob", "lan");
    lab.run_for(1s);
    const Answer answer = lab.again({.verb = "ps"});
    EXPECT_EQ(answer.exit, exit::other);
    EXPECT_THAT(answer.text,
                HasSubstr("run.pcapng cannot be run again beyond 1.000000000 s, where the recording "
                          "has: cable cut: bob:eth0 -- lan:2"));
    EXPECT_EQ(lab.again({.verb = "ps"}, Instant{1s}).exit, exit::ok);
}

Task<> knock(Host& bob) {
    (void)co_await create_connection(bob, Address{"10.0.0.1", 7});  // where nobody listens
}

TEST(Rerun, SaysWhichFrameTheLabDidNotSend) {
    RecordedPair lab;
    lab.run_for(1s);
    lab::require_host(lab.started.lab.world(), "bob").run(knock);
    lab.run_for(1s);
    const Answer answer = lab.again({.verb = "ps"});
    EXPECT_EQ(answer.exit, exit::other);
    EXPECT_THAT(answer.text, HasSubstr("the recording has: bob:eth0: "));
    EXPECT_THAT(answer.text, HasSubstr("SYN"));
}

TEST(Rerun, OfWhatHoldsNoFileSaysWhatCanBeTold) {
    Lab lab;
    lab.add_host("alice", lab.add_switch("lan"), "10.0.0.1/24");
    const Recording recording = Recording::read(lab.pcapng(), "run.pcapng").value();
    const Answer answer = ask_recording(recording, "run.pcapng", {.verb = "ps"});
    EXPECT_EQ(answer.exit, exit::other);
    EXPECT_THAT(answer.text, HasSubstr("run.pcapng does not hold what it takes to run its lab again"));
    EXPECT_THAT(answer.text, HasSubstr("lab ladder --from"));
}

TEST(Rerun, OfAFileThatMakesNoSenseIsRefused) {
    Lab lab;
    lab.world().sources().topology = "name: pair\ntopology:\n  nodes: {alice: {cmd: fetch}}\n";
    const Recording recording = Recording::read(lab.pcapng(), "run.pcapng").value();
    EXPECT_THAT(ask_recording(recording, "run.pcapng", {.verb = "ps"}).text,
                HasSubstr("is of a lab that makes no sense to this version of sockeye: "));
}

TEST(Rerun, ANameThatThereIsNotIsAMistakeOfWhoAsks) {
    const RecordedPair lab;
    EXPECT_EQ(lab.again({.verb = "arp", .host = "alcie"}).exit, exit::usage);
    EXPECT_EQ(lab.again({.verb = "trace", .host = "alcie"}).exit, exit::usage);
}

}  // namespace
}  // namespace sockeye::view
