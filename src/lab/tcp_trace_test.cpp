// A connection's life, state by state, and what made each change.
#include "lab/tcp_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// 10 ms from end to end.
struct Traced : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24", {.delay = 5ms});
    Host& client = lab.add_host("client", lan, "10.0.0.2/24", {.delay = 5ms});

    /// "SYN-SENT → ESTABLISHED: got SYN ACK"
    static std::vector<std::string> taken(TcpTrace& trace) {
        std::vector<std::string> all;
        while (const std::optional<TcpTrace::Change> change = trace.take())
            all.push_back(std::string{to_string(change->before)} + " → " +
                          std::string{to_string(change->after)} + ": " + change->what);
        return all;
    }
    /// The client closes, and the server a little later.
    void talk_and_close() {
        Socket listener = create_server(server, {"10.0.0.1", 9001}).value();
        Socket connection = create_connection(client, Address{"10.0.0.1", 9001}).wait().value();
        Socket accepted = listener.accept().wait().value().socket;
        lab.run_for(1s).value();
        connection.close();
        lab.run_for(1s).value();
        accepted.close();
        lab.run_for(5min).value();
    }
};

TEST_F(Traced, WhoOpensAndClosesFirstPassesThroughTimeWait) {
    TcpTrace trace{lab.world(), "client"};
    talk_and_close();
    EXPECT_THAT(
        taken(trace),
        ElementsAre("CLOSED → SYN-SENT: connect()", "SYN-SENT → ESTABLISHED: got SYN ACK",
                    "ESTABLISHED → FIN-WAIT-1: close() or shutdown()", "FIN-WAIT-1 → FIN-WAIT-2: got ACK",
                    "FIN-WAIT-2 → TIME-WAIT: got FIN ACK", "TIME-WAIT → CLOSED: 2 MSL are over"));
}

TEST_F(Traced, WhoListensAndClosesLastDoesNot) {
    TcpTrace trace{lab.world(), "server"};
    talk_and_close();
    EXPECT_THAT(taken(trace),
                ElementsAre("LISTEN → SYN-RECEIVED: got SYN", "SYN-RECEIVED → ESTABLISHED: got ACK",
                            "ESTABLISHED → CLOSE-WAIT: got FIN ACK",
                            "CLOSE-WAIT → LAST-ACK: close() or shutdown()", "LAST-ACK → CLOSED: got ACK"));
}

TEST_F(Traced, AChangeHasItsTimeAndWhoseItIs) {
    TcpTrace trace{lab.world(), ""};
    talk_and_close();
    const TcpTrace::Change first = trace.take().value();
    EXPECT_EQ(first.at, Instant{}) << "before the clock has moved";
    EXPECT_EQ(first.host, "client");
    EXPECT_EQ(first.peer.to_string(), "10.0.0.1:9001");
    EXPECT_EQ(first.cause, TcpTrace::Cause::program);
    EXPECT_EQ(trace.take().value().host, "server");
}

TEST_F(Traced, ARefusedConnectionGoesBackToClosed) {
    TcpTrace trace{lab.world(), "client"};
    EXPECT_FALSE(create_connection(client, Address{"10.0.0.1", 9001}).wait());
    lab.run_for(1s).value();
    EXPECT_THAT(taken(trace), ElementsAre("CLOSED → SYN-SENT: connect()", "SYN-SENT → CLOSED: got RST ACK"));
}

TEST_F(Traced, WhatWasThereBeforeIsNoChange) {
    Socket listener = create_server(server, {"10.0.0.1", 9001}).value();
    Socket connection = create_connection(client, Address{"10.0.0.1", 9001}).wait().value();
    TcpTrace trace{lab.world(), "client"};
    lab.run_for(1s).value();
    EXPECT_THAT(taken(trace), IsEmpty());
}

TEST_F(Traced, AHostThatThereIsNotIsAMistake) {
    EXPECT_THROW((TcpTrace{lab.world(), "nobody"}), std::invalid_argument);
    EXPECT_THROW((TcpTrace{lab.world(), "lan"}), std::invalid_argument);
}

}  // namespace
}  // namespace sockeye::lab
