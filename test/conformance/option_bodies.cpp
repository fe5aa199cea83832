// Options, what can be asked of a socket, and the calls' flags: on every network.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "sockeye/tcp_info.hpp"
#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

/// Row 103.
void an_option_is_what_it_was_set_to(Place& place) {
    Socket socket{place.client()};
    for (option::Flag each : {option::tcp_nodelay, option::so_reuseaddr}) {
        EXPECT_FALSE(socket.getsockopt(each).value());
        ASSERT_TRUE(socket.setsockopt(each, true));
        EXPECT_TRUE(socket.getsockopt(each).value());
    }
    Socket datagrams{place.client(), Family::inet, SocketType::datagram};
    EXPECT_EQ(datagrams.getsockopt(option::ip_ttl).value(), 64);
    ASSERT_TRUE(datagrams.setsockopt(option::ip_ttl, 3));
    EXPECT_EQ(datagrams.getsockopt(option::ip_ttl).value(), 3);
    EXPECT_EQ(datagrams.setsockopt(option::ip_ttl, 256).error(), Errc::invalid_argument);
    EXPECT_EQ(datagrams.setsockopt(option::ip_ttl, 0).error(), Errc::invalid_argument);
}

void an_option_that_the_kind_of_socket_lacks_is_unsupported(Place& place) {
    Socket datagrams{place.client(), Family::inet, SocketType::datagram};
    EXPECT_EQ(datagrams.setsockopt(option::tcp_nodelay, true).error(), Errc::unsupported);
    EXPECT_EQ(datagrams.getsockopt(option::tcp_congestion).error(), Errc::unsupported);
    EXPECT_EQ(tcp_info(datagrams).error(), Errc::unsupported);
}

void an_option_of_a_closed_socket_is_closed(Place& place) {
    Socket socket{place.client()};
    socket.close();
    EXPECT_EQ(socket.setsockopt(option::tcp_nodelay, true).error(), Errc::closed);
    EXPECT_EQ(socket.getsockopt(option::tcp_nodelay).error(), Errc::closed);
}

void connections_have_what_was_set_on_the_listening_socket(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    ASSERT_TRUE(server.setsockopt(option::tcp_nodelay, true));
    Socket near = create_connection(place.client(), server.getsockname().value()).wait().value();
    Socket far = server.accept().wait().value().socket;
    EXPECT_TRUE(far.getsockopt(option::tcp_nodelay).value());
    EXPECT_FALSE(near.getsockopt(option::tcp_nodelay).value());
    EXPECT_TRUE(server.getsockopt(option::so_acceptconn).value());
    EXPECT_FALSE(far.getsockopt(option::so_acceptconn).value());
    EXPECT_GT(far.getsockopt(option::so_rcvbuf).value(), 0);
}

void a_linger_of_zero_makes_closing_reset(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.far.setsockopt(option::so_linger, Duration::zero()));
    EXPECT_EQ(pair.far.getsockopt(option::so_linger).value(), Duration::zero());
    pair.far.close();
    ASSERT_TRUE(place.client().sleep(10ms).wait());

    EXPECT_EQ(pair.near.getsockopt(option::so_error).value(), Errc::reset);
    EXPECT_EQ(pair.near.getsockopt(option::so_error).value(), std::nullopt) << "it is told once";
}

/// RFC 1122 §3.3.6: nobody broadcasts without knowing it.
void broadcasting_takes_an_option(Place& place) {
    const bool on_loopback = place.server_ip().is_loopback();
    const Address everybody{on_loopback ? "127.255.255.255" : "10.0.0.255", 9};
    Socket socket{place.client(), Family::inet, SocketType::datagram};
    EXPECT_EQ(socket.sendto("hello", everybody).wait().error(), Errc::permission_denied);
    ASSERT_TRUE(socket.setsockopt(option::so_broadcast, true));
    EXPECT_TRUE(socket.sendto("hello", everybody).wait());
}

void tcp_info_tells_the_state(Place& place) {
    Pair pair{place};
    EXPECT_EQ(tcp_info(pair.server).value().state, TcpState::listen);
    const TcpInfo info = tcp_info(pair.near).value();
    EXPECT_EQ(info.state, TcpState::established);
    EXPECT_GT(info.send_mss, 500U);
    EXPECT_GT(info.congestion_window, 1U);
    ASSERT_TRUE(pair.far.shutdown(Shutdown::write));
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    EXPECT_EQ(to_string(tcp_info(pair.near).value().state), "CLOSE-WAIT");
}

/// Row 95.
void connect_ex_returns_the_error_as_a_value(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();
    Socket socket{place.client()};
    EXPECT_EQ(socket.connect_ex(at).wait().value(), std::nullopt);
    EXPECT_EQ(socket.connect_ex(at).wait().value(), Errc::already_connected);
    server.close();
    Socket late{place.client()};
    EXPECT_EQ(late.connect_ex(at).wait().value(), Errc::refused);
}

/// Row 111.
void a_socket_knows_what_it_is(Place& place) {
    Pair pair{place};
    Socket datagrams{place.client(), Family::inet, SocketType::datagram};
    EXPECT_EQ(Socket{place.client()}.type(), SocketType::stream);
    EXPECT_EQ(pair.far.type(), SocketType::stream);
    EXPECT_EQ(pair.far.family(), Family::inet);
    EXPECT_EQ(pair.far.proto(), 0);
    EXPECT_EQ(datagrams.type(), SocketType::datagram);
    datagrams.close();
    EXPECT_EQ(datagrams.type(), SocketType::datagram) << "also when it is closed, as in Python";
}

/// Row 107.
void it_is_known_how_much_waits(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.near.sendall("hello").wait());
    ASSERT_TRUE(place.client().sleep(100ms).wait());
    EXPECT_EQ(pair.far.available().value(), 5U);
    EXPECT_EQ(pair.near.unsent().value(), 0U) << "the peer has acknowledged it";
    EXPECT_EQ(pair.far.recv(2).wait().value().text(), "he");
    EXPECT_EQ(pair.far.available().value(), 3U);

    Socket bound = create_datagram_server(place.server(), place.any_port()).value();
    Socket socket{place.client(), Family::inet, SocketType::datagram};
    ASSERT_TRUE(socket.sendto("four", bound.getsockname().value()).wait());
    ASSERT_TRUE(socket.sendto("three", bound.getsockname().value()).wait());
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    EXPECT_EQ(bound.available().value(), 4U) << "the next datagram's";
}

/// Also where the loop has received ahead of the program.
void what_is_peeked_at_stays(Place& place) {
    Pair pair{place};
    place.server().spawn([](Network& network, Socket& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        EXPECT_TRUE(co_await far.sendall("hello"));
    }(place.server(), pair.far));
    EXPECT_EQ(pair.near.recv(1).wait().value().text(), "h");
    EXPECT_EQ(pair.near.recv(3, MsgFlag::peek).wait().value().text(), "ell");
    EXPECT_EQ(pair.near.recv(100, MsgFlag::peek).wait().value().text(), "ello");
    EXPECT_EQ(pair.near.available().value(), 4U);
    EXPECT_EQ(pair.near.recv(100).wait().value().text(), "ello");
    pair.far.close();
    EXPECT_TRUE(pair.near.recv(100, MsgFlag::peek).wait().value().empty()) << "the end can be peeked at too";
}

void peeking_waits_for_something_to_see(Place& place) {
    Pair pair{place};
    place.server().spawn([](Network& network, Socket& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(5ms));
        EXPECT_TRUE(co_await far.sendall("late"));
    }(place.server(), pair.far));
    EXPECT_EQ(pair.near.recv(100, MsgFlag::peek).wait().value().text(), "late");
    EXPECT_EQ(pair.near.recv(100).wait().value().text(), "late");
}

void waitall_waits_for_all_or_the_end(Place& place) {
    Pair pair{place};
    place.server().spawn([](Network& network, Socket& far) -> Task<> {
        for (const char* piece : {"one ", "two ", "three"}) {
            EXPECT_TRUE(co_await far.sendall(piece));
            EXPECT_TRUE(co_await network.sleep(5ms));
        }
        far.close();
    }(place.server(), pair.far));
    EXPECT_EQ(pair.near.recv(6, MsgFlag::waitall).wait().value().text(), "one tw");
    EXPECT_EQ(pair.near.recv(100, MsgFlag::waitall).wait().value().text(), "o three");
    EXPECT_TRUE(pair.near.recv(100, MsgFlag::waitall).wait().value().empty());
    EXPECT_EQ(pair.near.recv(1, MsgFlag::waitall | MsgFlag::peek).wait().error(), Errc::invalid_argument);
}

void a_waitall_that_fails_says_how_far_it_came(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.far.sendall("abc").wait());
    std::array<std::byte, 10> buffer{};
    const auto received = pair.near.recv_into(buffer, MsgFlag::waitall, 20ms).wait();
    EXPECT_EQ(received.error(), Errc::timed_out);
    EXPECT_EQ(received.error().transferred(), 3U);
    EXPECT_EQ(BytesView{std::span<const std::byte>{buffer}}.text().substr(0, 3), "abc");
}

void dontwait_never_waits(Place& place) {
    Pair pair{place};
    EXPECT_EQ(pair.near.recv(10, MsgFlag::dontwait).wait().error(), Errc::would_block);
    ASSERT_TRUE(pair.far.sendall("now").wait());
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    EXPECT_EQ(pair.near.recv(10, MsgFlag::dontwait).wait().value().text(), "now");
}

void a_flag_of_the_other_direction_is_refused(Place& place) {
    Pair pair{place};
    EXPECT_EQ(pair.near.send("x", MsgFlag::peek).wait().error(), Errc::invalid_argument);
    EXPECT_EQ(pair.near.recv(1, MsgFlag::more).wait().error(), Errc::invalid_argument);
}

/// Row 92: listen's negative backlog is 0.
void a_negative_backlog_is_zero(Place& place) {
    Socket server{place.server()};
    ASSERT_TRUE(server.bind(place.any_port()));
    ASSERT_TRUE(server.listen(-5));
    EXPECT_TRUE(create_connection(place.client(), server.getsockname().value(), 1s).wait());
}

constexpr Body bodies[] = {
    {"AnOptionIsWhatItWasSetTo", an_option_is_what_it_was_set_to},
    {"AnOptionThatTheKindOfSocketLacksIsUnsupported", an_option_that_the_kind_of_socket_lacks_is_unsupported},
    {"AnOptionOfAClosedSocketIsClosed", an_option_of_a_closed_socket_is_closed},
    {"ConnectionsHaveWhatWasSetOnTheListeningSocket", connections_have_what_was_set_on_the_listening_socket},
    {"ALingerOfZeroMakesClosingReset", a_linger_of_zero_makes_closing_reset},
    {"BroadcastingTakesAnOption", broadcasting_takes_an_option},
    {"TcpInfoTellsTheState", tcp_info_tells_the_state},
    {"ConnectExReturnsTheErrorAsAValue", connect_ex_returns_the_error_as_a_value},
    {"ASocketKnowsWhatItIs", a_socket_knows_what_it_is},
    {"ItIsKnownHowMuchWaits", it_is_known_how_much_waits},
    {"WhatIsPeekedAtStays", what_is_peeked_at_stays},
    {"PeekingWaitsForSomethingToSee", peeking_waits_for_something_to_see},
    {"WaitallWaitsForAllOrTheEnd", waitall_waits_for_all_or_the_end},
    {"AWaitallThatFailsSaysHowFarItCame", a_waitall_that_fails_says_how_far_it_came},
    {"DontwaitNeverWaits", dontwait_never_waits},
    {"AFlagOfTheOtherDirectionIsRefused", a_flag_of_the_other_direction_is_refused},
    {"ANegativeBacklogIsZero", a_negative_backlog_is_zero},
};

}  // namespace

std::span<const Body> option_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
