// A pipe in a lab: its stream is a script or a terminal that the test types at, its peer plain code.
#include "app/pipe.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "socket/backend.hpp"
#include "test/conformance/place.hpp"

namespace sockeye::app {
namespace {

using conformance::LabPlace;
using conformance::Pair;

/// Somebody types, or does not; what is written is kept, until it is closed.
class Typist : public backend::Stream {
public:
    struct Desk {
        std::string typed;
        std::string printed;
        bool output_closed = false;
        bool output_stuck = false;
        bool input_broken = false;
    };

    Typist(backend::Driver& driver, Desk& desk) : Stream{driver}, desk_{desk} {}

    Result<std::size_t> read(std::span<std::byte> buffer) override {
        if (desk_.input_broken) return std::unexpected{Errc::input_output};
        if (desk_.typed.empty()) return std::unexpected{Errc::would_block};
        const std::size_t octets = desk_.typed.copy(reinterpret_cast<char*>(buffer.data()), buffer.size());
        desk_.typed.erase(0, octets);
        return octets;
    }
    Result<std::size_t> write(std::span<const std::byte> bytes) override {
        if (desk_.output_closed) return std::unexpected{Errc::closed};
        if (desk_.output_stuck) return std::unexpected{Errc::would_block};
        desk_.printed += BytesView{bytes}.text();
        return bytes.size();
    }
    void unstick() {
        desk_.output_stuck = false;
        wake(backend::Interest::write);
    }
    std::string describe() const override { return "a typist"; }

private:
    Desk& desk_;
};

struct PipeTest : testing::Test {
    void start(Stream stream, Socket peer, PipeOptions options = {}) {
        place.client().spawn(keep(pipe(place.client(), std::move(stream), std::move(peer), options)));
    }
    Task<> keep(Task<Piped> task) {
        piped = co_await std::move(task);
        ended = place.client().now();
    }
    Stream script(std::string_view text) { return script_stream(place.client(), text, &desk.printed); }
    Stream typist() {
        auto made = std::make_unique<Typist>(place.client().backend().driver(), desk);
        hands = made.get();
        return {place.client(), std::move(made)};
    }
    void pass(Duration time) { ASSERT_TRUE(place.lab().run_for(time)); }
    std::string far_reads() { return std::string{pair.far.recv(100'000).wait().value().text()}; }

    Typist::Desk desk;
    Typist* hands = nullptr;
    std::optional<Piped> piped;
    Instant ended;
    LabPlace place;
    Pair pair{place};
};

TEST_F(PipeTest, TheEndOfInputBecomesFinAndTheLateAnswerIsStillWritten) {
    start(script("request"), std::move(pair.near));
    EXPECT_EQ(far_reads(), "request");
    EXPECT_EQ(far_reads(), "");
    pass(10min);
    ASSERT_FALSE(piped);
    pair.far.sendall("late answer").wait().value();
    pair.far.close();
    pass(1s);
    ASSERT_TRUE(piped);
    EXPECT_FALSE(piped->error);
    EXPECT_EQ(desk.printed, "late answer");
    EXPECT_EQ(piped->sent, 7U);
    EXPECT_EQ(piped->received, 11U);
}

TEST_F(PipeTest, ThePeersFinEndsItThoughSomebodyCouldStillType) {
    start(typist(), std::move(pair.near));
    pair.far.sendall("bye").wait().value();
    pair.far.close();
    pass(1s);
    ASSERT_TRUE(piped);
    EXPECT_FALSE(piped->error);
    EXPECT_EQ(desk.printed, "bye");
}

TEST_F(PipeTest, AResetIsReportedAsThePeersAndWhatCameBeforeItIsWritten) {
    start(script("unread"), std::move(pair.near));
    pair.far.sendall("last words").wait().value();
    pass(1s);
    pair.far.close();  // with octets unread: RST (RFC 9293 §3.10.4)
    pass(1s);
    ASSERT_TRUE(piped && piped->error);
    EXPECT_EQ(*piped->error, Errc::reset);
    EXPECT_EQ(piped->failed, Piped::Side::peer);
    EXPECT_EQ(desk.printed, "last words");
}

TEST_F(PipeTest, APeerThatFinishesEarlySaysHowMuchWasNotSent) {
    std::string much;
    much.resize(10'000'000);
    start(script(much), std::move(pair.near));
    pass(1s);
    pair.far.shutdown(Shutdown::write).value();
    pass(1s);
    ASSERT_TRUE(piped);
    EXPECT_FALSE(piped->error);
    EXPECT_GT(piped->unsent, 0U);
    EXPECT_LT(piped->sent, much.size());
}

TEST_F(PipeTest, APeerSilentAfterTheEndOfInputTimesOutAtItsMoment) {
    const Instant began = place.client().now();
    start(script("anybody?"), std::move(pair.near), {.patience = 3s});
    pass(10s);
    ASSERT_TRUE(piped && piped->error);
    EXPECT_EQ(*piped->error, Errc::timed_out);
    EXPECT_EQ(ended, began + 3s);
}

TEST_F(PipeTest, PatienceBeginsAnewWithEachAnswer) {
    start(script("go on"), std::move(pair.near), {.patience = 3s});
    for (int i = 0; i < 4; ++i) {
        pass(2s);
        pair.far.sendall(".").wait().value();
    }
    ASSERT_FALSE(piped);
    pass(4s);
    ASSERT_TRUE(piped && piped->error);
    EXPECT_EQ(desk.printed, "....");
}

TEST_F(PipeTest, ASlowOutputIsNoSilentPeer) {
    desk.input_broken = true;  // at its end at once
    desk.output_stuck = true;
    start(typist(), std::move(pair.near), {.patience = 3s});
    pass(1s);
    pair.far.sendall("read me slowly").wait().value();
    pass(10s);
    ASSERT_FALSE(piped);
    hands->unstick();
    pass(2s);
    EXPECT_EQ(desk.printed, "read me slowly");
    ASSERT_FALSE(piped);
    pass(2s);
    ASSERT_TRUE(piped);
}

TEST_F(PipeTest, AClosedOutputEndsItAsTheStreams) {
    desk.output_closed = true;
    start(typist(), std::move(pair.near));
    pair.far.sendall("nobody reads this").wait().value();
    pass(1s);
    ASSERT_TRUE(piped && piped->error);
    EXPECT_EQ(*piped->error, Errc::closed);
    EXPECT_EQ(piped->failed, Piped::Side::stream);
}

TEST_F(PipeTest, ABrokenInputIsReportedOnceThePeerHasFinished) {
    desk.input_broken = true;
    start(typist(), std::move(pair.near));
    EXPECT_EQ(far_reads(), "");
    pair.far.sendall("answer").wait().value();
    pair.far.close();
    pass(1s);
    ASSERT_TRUE(piped && piped->error);
    EXPECT_EQ(piped->failed, Piped::Side::stream);
    EXPECT_EQ(desk.printed, "answer");
}

TEST_F(PipeTest, AfterItsEndNobodyHoldsTheConnection) {
    start(typist(), std::move(pair.near));
    pair.far.shutdown(Shutdown::write).value();
    EXPECT_EQ(far_reads(), "");  // the pipe's own FIN: it has closed
    ASSERT_TRUE(piped);
}

struct UdpPipeTest : PipeTest {
    UdpPipeTest() : server{create_datagram_server(place.server(), place.any_port()).value()} {
        Target target{server.getsockname().value()};
        target.transport = Transport::udp;
        near = create_connection(place.client(), target).wait().value();
    }
    Socket server;
    Socket near;
};

TEST_F(UdpPipeTest, EachReadIsADatagramAndSilenceAfterTheEndOfInputEndsIt) {
    const Instant began = place.client().now();
    start(script("datagram"), std::move(near), {.transport = Transport::udp});
    const Datagram datagram = server.recvfrom(100).wait().value();
    EXPECT_EQ(datagram.bytes.text(), "datagram");
    pass(10s);
    ASSERT_TRUE(piped);
    EXPECT_FALSE(piped->error);
    EXPECT_EQ(ended, began + 1s);
}

TEST_F(UdpPipeTest, AnEmptyDatagramIsNotTheEnd) {
    start(script("ask"), std::move(near), {.transport = Transport::udp});
    const Datagram datagram = server.recvfrom(100).wait().value();
    for (const char* text : {"", "after it"}) server.sendto(text, datagram.sender).wait().value();
    pass(10s);
    EXPECT_EQ(desk.printed, "after it");
}

TEST_F(UdpPipeTest, LongInputIsCutIntoDatagramsThatFitAnEthernetFrame) {
    start(script(std::string(2000, 'x')), std::move(near), {.transport = Transport::udp});
    EXPECT_EQ(server.recvfrom(9000).wait().value().bytes.size(), 1452U);
    EXPECT_EQ(server.recvfrom(9000).wait().value().bytes.size(), 548U);
}

}  // namespace
}  // namespace sockeye::app
