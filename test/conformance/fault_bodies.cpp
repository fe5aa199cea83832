// A peer that breaks off while somebody waits: on every network.
#include <gtest/gtest.h>

#include <string>

#include "sockeye/option.hpp"
#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

/// After a while, the server's end sends RST.
Task<> reset_soon(Network& network, Socket& far) {
    EXPECT_TRUE(co_await network.sleep(20ms));
    EXPECT_TRUE(far.setsockopt(option::so_linger, Duration::zero()));
    far.close();
}

void a_reset_ends_a_send_that_waits_and_it_says_how_much_went(Place& place) {
    Pair pair{place};
    place.server().spawn(reset_soon(place.server(), pair.far));
    const std::string much(64 << 20, 'x');
    const Result<void> sent = pair.near.sendall(much).wait();
    EXPECT_EQ(sent.error(), Errc::reset);
    EXPECT_GT(sent.error().transferred(), 0U);
    EXPECT_LT(sent.error().transferred(), much.size());
}

void a_reset_ends_a_receive_that_waits(Place& place) {
    Pair pair{place};
    place.server().spawn(reset_soon(place.server(), pair.far));
    EXPECT_EQ(pair.near.recv(100).wait().error(), Errc::reset);
    EXPECT_EQ(pair.near.recv(100).wait().error(), Errc::reset) << "as often as it is asked";
}

/// Row 118: the server goes on.
void a_client_that_resets_before_it_is_accepted_harms_nobody(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();
    Socket rude = create_connection(place.client(), at).wait().value();
    ASSERT_TRUE(rude.setsockopt(option::so_linger, Duration::zero()));
    rude.close();
    Socket polite = create_connection(place.client(), at).wait().value();
    ASSERT_TRUE(polite.sendall("hello").wait());

    std::string heard;
    for (int i = 0; i < 2 && heard.empty(); ++i) {
        Socket client = server.accept(1s).wait().value().socket;
        if (auto bytes = client.recv(10, 1s).wait()) heard = bytes->text();
    }
    EXPECT_EQ(heard, "hello");
}

constexpr Body bodies[] = {
    {"AResetEndsASendThatWaitsAndItSaysHowMuchWent",
     a_reset_ends_a_send_that_waits_and_it_says_how_much_went},
    {"AResetEndsAReceiveThatWaits", a_reset_ends_a_receive_that_waits},
    {"AClientThatResetsBeforeItIsAcceptedHarmsNobody",
     a_client_that_resets_before_it_is_accepted_harms_nobody},
};

}  // namespace

std::span<const Body> fault_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
