// Filters as people write them, over one short run: a datagram each way, ARP, and a loss.
#include "view/frame_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/scripted_host.hpp"
#include "view/ladder.hpp"

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Filtered : ::testing::Test, test::ScriptedLab {
    test::ScriptedHost& other = add("other", 3);

    Filtered() {
        exchange_arp();
        client.send_udp(server, 50000, 53, "question");
        move_to(1s);
        world.cut(1);  // the client's cable
        server.send_udp(other, 9001, 50000, "HELLO");
        server.send_udp(client, 53, 50000, "answer");
        move_to(2s);
    }
    Result<FrameFilter> parse(std::vector<std::string> words) const {
        return FrameFilter::parse(words, world.topology().nodes());
    }
    /// "client>all" and the like: whom the lines that are let through are from and to, and the notes' first
    /// word.
    std::vector<std::string> lines(std::vector<std::string> words) const {
        std::vector<std::string> all;
        for (const Line& line : ladder_lines(lab::past_of(world), parse(std::move(words)).value()))
            all.push_back(line.note.empty() ? line.from + ">" + line.to.substr(0, line.to.find(':'))
                                            : line.note.substr(0, line.note.find(' ')));
        return all;
    }
    std::string mistake(std::vector<std::string> words) const {
        const Result<FrameFilter> filter = parse(std::move(words));
        return filter ? "" : std::string{filter.error().detail()};
    }
};

TEST_F(Filtered, ByNothingAllIsThere) {
    EXPECT_THAT(lines({}), ElementsAre("client>all", "server>client", "client>server", "cable",
                                       "server>other", "server>client"));
}

TEST_F(Filtered, ByAHostWhatItSendsOrIsSentAndWhatWasDoneToIt) {
    EXPECT_THAT(lines({"other"}), ElementsAre("server>other"));
    EXPECT_THAT(lines({"host", "client"}),
                ElementsAre("client>all", "server>client", "client>server", "cable", "server>client"));
    EXPECT_THAT(lines({"10.0.0.3"}), ElementsAre("server>other"));
}

TEST_F(Filtered, AQuestionToAllIsByItsNodesNameForWhomItAsksAlone) {
    EXPECT_THAT(lines({"dst", "server", "arp"}), ElementsAre("client>all"));
    EXPECT_THAT(lines({"server", "arp"}), ElementsAre("client>all", "server>client"));
    EXPECT_THAT(lines({"other", "arp"}), IsEmpty()) << "who hears it, and is not asked";
}

TEST_F(Filtered, AQuestionToAllIsForWhoHasTheAddress) {
    EXPECT_THAT(lines({"dst", "10.0.0.1", "arp"}), ElementsAre("client>all"));
    EXPECT_THAT(lines({"dst", "10.0.0.3", "arp"}), IsEmpty());
}

TEST_F(Filtered, ByDirectionProtocolAndPort) {
    EXPECT_THAT(lines({"src", "client"}), ElementsAre("client>all", "client>server", "cable"));
    EXPECT_THAT(lines({"arp"}), ElementsAre("client>all", "server>client"));
    EXPECT_THAT(lines({"port", "53"}), ElementsAre("client>server", "server>client"));
    EXPECT_THAT(lines({"dns"}), lines({"port", "53"}));
    EXPECT_THAT(lines({"tcp"}), IsEmpty());
}

TEST_F(Filtered, ByWhatBecameOfIt) {
    client.send_udp(server, 50000, 53, "again?");  // its own cable is cut
    move_to(3s);
    EXPECT_THAT(lines({"lost"}), ElementsAre("client>server"));
    EXPECT_THAT(lines({"not lost and udp and src client"}), ElementsAre("client>server"));
}

TEST_F(Filtered, AndBindsCloserThanOrAndMayBeLeftOut) {
    EXPECT_THAT(lines({"arp", "src", "client", "or", "dst", "other"}),
                ElementsAre("client>all", "server>other"));
    EXPECT_THAT(lines({"src server and (arp or dst other)"}), ElementsAre("server>client", "server>other"));
}

TEST_F(Filtered, AMistakeIsNamedWithItsRemedy) {
    EXPECT_EQ(mistake({"clent"}), "there is no node 'clent', and no such term: did you mean client?");
    EXPECT_THAT(mistake({"arp", "and"}), HasSubstr("a term is missing"));
    EXPECT_THAT(mistake({"port", "http"}), HasSubstr("a number from 0 to 65535"));
    EXPECT_THAT(mistake({"(arp"}), HasSubstr("no ')'"));
    EXPECT_THAT(mistake({"arp)"}), HasSubstr("without a '('"));
    EXPECT_THAT(mistake({"src"}), HasSubstr("missing"));
    EXPECT_THAT(mistake(std::vector<std::string>(101, "not")), HasSubstr("at most 100 words"));
}

}  // namespace
}  // namespace sockeye::view
