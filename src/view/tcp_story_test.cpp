// Scenes of TCP connections, played in a lab and told in words.
#include "view/tcp_story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "view/columns.hpp"
#include "view/tcp_stage.hpp"

namespace sockeye::view {
namespace {

using enum TcpState;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// "client SYN 0", "server FIN ACK 1 ack 2 lost".
std::vector<std::string> segments(const TcpScene& scene) {
    std::vector<std::string> all;
    for (const TcpStep& step : tcp_steps(scene)) {
        if (!step.segment) continue;
        std::string text = scene.ends[step.segment->from].name + " " +
                           wire::to_string(step.segment->header.flags) + " " + std::to_string(step.seq);
        if (step.ack) text += " ack " + std::to_string(*step.ack);
        if (!step.segment->lost.empty()) text += " lost";
        all.push_back(text);
    }
    return all;
}

/// The states that one end went through, the first included.
std::vector<TcpState> states(const TcpScene& scene, std::size_t end) {
    std::vector<TcpState> all{scene.ends[end].before};
    for (const StateChange& change : scene.changes)
        if (change.end == end) all.push_back(change.after);
    return all;
}

std::vector<TcpState> clients(const TcpScene& scene) {
    return states(scene, 0);
}
std::vector<TcpState> servers(const TcpScene& scene) {
    return states(scene, 1);
}

std::vector<TcpScene> every_scene(std::uint64_t seed) {
    std::vector<TcpScene> all;
    for (auto how : {Handshake::usual, Handshake::syn_lost, Handshake::refused, Handshake::together})
        all.push_back(play(how, seed));
    for (auto how :
         {Closing::usual, Closing::at_once, Closing::last_ack_lost, Closing::together, Closing::reset})
        all.push_back(play(how, seed));
    return all;
}

TEST(TcpStory, OfAHandshake_Rfc9293_3_5_figure_6) {
    const TcpScene scene = play(Handshake::usual, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client SYN 0", "server SYN ACK 0 ack 1", "client ACK 1 ack 1"));
    EXPECT_THAT(clients(scene), ElementsAre(closed, syn_sent, established));
    EXPECT_THAT(servers(scene), ElementsAre(listen, syn_received, established));
}

TEST(TcpStory, OfALostSyn_Rfc6298_2) {
    const TcpScene scene = play(Handshake::syn_lost, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client SYN 0 lost", "client SYN 0", "server SYN ACK 0 ack 1",
                                             "client ACK 1 ack 1"));
    EXPECT_EQ(tcp_steps(scene)[1].since_before, 1s);
    EXPECT_THAT(to_text(scene), AllOf(HasSubstr("x lost: cable cut"), HasSubstr("Again, 1.000 s after")));
}

TEST(TcpStory, OfARefusal_Rfc9293_3_10_7_1) {
    const TcpScene scene = play(Handshake::refused, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client SYN 0", "server RST ACK 0 ack 1"));
    EXPECT_THAT(clients(scene), ElementsAre(closed, syn_sent, closed));
    EXPECT_THAT(servers(scene), ElementsAre(closed));
}

TEST(TcpStory, OfASimultaneousOpen_Rfc9293_3_5_figure_7) {
    const TcpScene scene = play(Handshake::together, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client SYN 0", "server SYN 0", "server SYN ACK 0 ack 1",
                                             "client SYN ACK 0 ack 1"));
    EXPECT_THAT(clients(scene), ElementsAre(closed, syn_sent, syn_received, established));
    EXPECT_THAT(servers(scene), ElementsAre(closed, syn_sent, syn_received, established));
}

TEST(TcpStory, OfAClose_Rfc9293_3_6_figure_12) {
    const TcpScene scene = play(Closing::usual, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client FIN ACK 1 ack 1", "server ACK 1 ack 2",
                                             "server FIN ACK 1 ack 2", "client ACK 2 ack 2"));
    EXPECT_THAT(clients(scene), ElementsAre(established, fin_wait_1, fin_wait_2, time_wait, closed));
    EXPECT_THAT(servers(scene), ElementsAre(established, close_wait, last_ack, closed));
    const TcpStep last = tcp_steps(scene).back();
    EXPECT_FALSE(last.segment) << "the timer of TIME-WAIT";
}

TEST(TcpStory, OfAServerThatClosesAtOnce) {
    const TcpScene scene = play(Closing::at_once, 7);
    EXPECT_THAT(segments(scene),
                ElementsAre("client FIN ACK 1 ack 1", "server FIN ACK 1 ack 2", "client ACK 2 ack 2"));
    EXPECT_THAT(clients(scene), ElementsAre(established, fin_wait_1, time_wait, closed));
}

TEST(TcpStory, OfALastAckThatIsLost_Rfc9293_3_4_2) {
    const TcpScene scene = play(Closing::last_ack_lost, 7);
    EXPECT_THAT(segments(scene),
                ElementsAre("client FIN ACK 1 ack 1", "server ACK 1 ack 2", "server FIN ACK 1 ack 2",
                            "client ACK 2 ack 2 lost", "server FIN ACK 1 ack 2", "client ACK 2 ack 2"));
    EXPECT_THAT(clients(scene), ElementsAre(established, fin_wait_1, fin_wait_2, time_wait, closed));
    const std::vector<TcpStep> steps = tcp_steps(scene);
    const Instant second_fin_arrives = steps[4].segment->arrives;
    EXPECT_EQ(steps.back().at - second_fin_arrives, 60s) << "which has restarted the timer";
    EXPECT_THAT(to_text(scene), HasSubstr("The FIN again: its ACK was lost"));
}

TEST(TcpStory, OfASimultaneousClose_Rfc9293_3_6_figure_13) {
    const TcpScene scene = play(Closing::together, 7);
    EXPECT_THAT(segments(scene), ElementsAre("client FIN ACK 1 ack 1", "server FIN ACK 1 ack 1",
                                             "server ACK 2 ack 2", "client ACK 2 ack 2"));
    EXPECT_THAT(clients(scene), ElementsAre(established, fin_wait_1, closing, time_wait, closed));
    EXPECT_THAT(servers(scene), ElementsAre(established, fin_wait_1, closing, time_wait, closed));
}

TEST(TcpStory, OfAReset_Rfc9293_3_10_5) {
    const TcpScene scene = play(Closing::reset, 7);
    EXPECT_THAT(segments(scene), ElementsAre(testing::StartsWith("client RST")));
    EXPECT_THAT(clients(scene), ElementsAre(established, closed));
    EXPECT_THAT(servers(scene), ElementsAre(established, closed));
}

TEST(TcpStory, HasWordsAndASectionForEachChangeOfState) {
    for (const TcpScene& scene : every_scene(7))
        for (const TcpStep& step : tcp_steps(scene))
            for (const StepState& state : step.states) {
                if (state.before == state.after) continue;
                EXPECT_FALSE(state.means.empty())
                    << scene.title << " " << to_string(state.before) << " " << to_string(state.after);
                EXPECT_FALSE(state.section.empty());
            }
}

TEST(TcpStory, TellsEachChangeOnce) {
    for (const TcpScene& scene : every_scene(7)) {
        std::size_t told = 0;
        for (const TcpStep& step : tcp_steps(scene))
            for (const StepState& state : step.states) told += state.before != state.after;
        EXPECT_EQ(told, scene.changes.size()) << scene.title;
    }
}

TEST(TcpStory, IsNeverWiderThan80Columns_AndColoursNothingUnlessAsked) {
    for (const TcpScene& scene : every_scene(8)) {
        std::string text = to_text(scene);
        EXPECT_THAT(text, Not(HasSubstr("\x1b")));
        EXPECT_THAT(to_text(scene, Colour::ansi), HasSubstr("\x1b[1m"));
        for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
            EXPECT_LE(columns(text.substr(0, end)), 80U) << text.substr(0, end);
    }
}

TEST(TcpStory, IsTheSameForTheSameSeed_AndAnotherSeedDrawsOtherNumbers) {
    EXPECT_EQ(to_text(play(Handshake::usual, 7)), to_text(play(Handshake::usual, 7)));
    EXPECT_NE(play(Handshake::usual, 7).ends[0].isn, play(Handshake::usual, 8).ends[0].isn);
    EXPECT_EQ(segments(play(Handshake::usual, 7)), segments(play(Handshake::usual, 8)));
}

}  // namespace
}  // namespace sockeye::view
