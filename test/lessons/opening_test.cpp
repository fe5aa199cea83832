// The checklist's rows on how a TCP connection opens (RFC 9293 §3.5). Each test is the row it is named after.
#include "test/lessons/life_cycle.hpp"
#include "test/lessons/sockeye.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct LessonsOnOpening : test::LifeCycle {
    /// From here on the client is about to have said SYN, the ARP before it included.
    static constexpr Duration arp = 2 * way + 1ms;
};

Task<> dial(Socket& socket, Address peer) {
    (void)co_await socket.connect(peer);  // its state is what is looked at
}

TEST_F(LessonsOnOpening, Lesson042_BothStartInClosed_APassiveOpenIsListen_AnActiveOneSynSent) {
    Socket passive{server_host};
    Socket active{client_host};
    EXPECT_EQ(state(passive), TcpState::closed);
    EXPECT_EQ(state(active), TcpState::closed);
    passive.bind(Address{"10.0.0.1", 9002}).value();
    passive.listen().value();
    EXPECT_EQ(state(passive), TcpState::listen);
    EXPECT_EQ(control_blocks(client_host), 0U);

    client_host.spawn(dial(active, Address{"10.0.0.1", 9002}));
    pass(arp);
    const TcpInfo block = tcp_info(active).value();
    EXPECT_EQ(block.state, TcpState::syn_sent);
    EXPECT_EQ(block.rto, 1s) << "nothing is measured yet (RFC 6298 §2.1)";
    EXPECT_EQ(control_blocks(client_host), 1U) << "a control block was made for it";
    pass(1s);
    EXPECT_EQ(state(active), TcpState::established);
    EXPECT_EQ(state(passive), TcpState::listen) << "it goes on listening";
}

TEST_F(LessonsOnOpening, Lesson043_ASynCarriesNoDataButUsesOneNumber) {
    open();
    const std::vector<Seen> all = seen();
    ASSERT_GE(all.size(), handshake);
    const wire::TcpHeader& syn = all[0].header;
    EXPECT_TRUE(syn.flags.syn);
    EXPECT_FALSE(syn.flags.ack);
    EXPECT_EQ(all[0].octets, 0U);
    EXPECT_EQ(all[2].header.seq, syn.seq + 1) << "the client's next segment";
}

TEST_F(LessonsOnOpening, Lesson044_TheServerAnswersWithItsOwnNumberAndTheClientsPlusOne_InSynReceived) {
    Socket active{client_host};
    client_host.spawn(dial(active, at));
    pass(arp);
    EXPECT_EQ(control_blocks(server_host), 0U);
    pass(way);
    EXPECT_EQ(control_blocks(server_host), 1U) << "half open: SYN-RECEIVED";
    EXPECT_FALSE(listener.accept(Duration::zero()).wait()) << "there is nothing to be accepted yet";
    EXPECT_THAT(ladder(lab), HasSubstr("SYN-RECEIVED"));

    const std::vector<Seen> all = seen();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_TRUE(all[1].header.flags.syn);
    EXPECT_TRUE(all[1].header.flags.ack);
    EXPECT_EQ(all[1].header.ack, all[0].header.seq + 1);
    EXPECT_NE(all[1].header.seq, all[0].header.seq) << "each end chooses its own (RFC 6528)";
}

TEST_F(LessonsOnOpening, Lesson045_AnAckAloneUsesNoNumber_SoTheFirstOctetHasTheSameAsTheThirdSegment) {
    open();
    EXPECT_THAT(lines(), ElementsAre("client SYN 0", "server SYN ACK 0 ack 1", "client ACK 1 ack 1"));
    EXPECT_EQ(state(client), TcpState::established);
    EXPECT_EQ(state(server), TcpState::established);
    client.sendall("hello").wait().value();
    pass_one_way();
    // And an ACK may carry data: every segment from here on has the flag.
    EXPECT_THAT(lines(handshake), ElementsAre("client ACK 1:6 ack 1"));
}

TEST(Lessons, Lesson046_TheThreeStepsInWords_FromALiveRunAndNotCanned) {
    const test::Answer told = test::sockeye({"explain", "handshake"});
    EXPECT_EQ(told.exit, 0) << told.words;
    EXPECT_THAT(told.text, HasSubstr("\n1  client → server  SYN seq 0\n"));
    EXPECT_THAT(told.text, HasSubstr("\n2  server → client  SYN ACK seq 0 ack 1\n"));
    EXPECT_THAT(told.text, HasSubstr("\n3  client → server  ACK seq 1 ack 1\n"));
    EXPECT_THAT(told.text, HasSubstr("client   CLOSED → SYN-SENT"));
    EXPECT_THAT(told.text, HasSubstr("server   LISTEN → SYN-RECEIVED"));
    EXPECT_THAT(told.text, HasSubstr("client   SYN-SENT → ESTABLISHED"));
    EXPECT_THAT(told.text, HasSubstr("server   SYN-RECEIVED → ESTABLISHED"));
    // Another run has other numbers, and its first SYN may be lost.
    EXPECT_NE(test::sockeye({"explain", "handshake", "--seed", "8"}).text, told.text);
    const test::Answer lost = test::sockeye({"explain", "handshake", "--syn-lost"});
    EXPECT_THAT(lost.text, HasSubstr("\n1  client → server  SYN seq 0  x lost: cable cut\n"));
    EXPECT_THAT(lost.text, HasSubstr("\n4  client → server  ACK seq 1 ack 1\n"));
}

}  // namespace
}  // namespace sockeye
