#include "app/patient_connection.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "test/conformance/place.hpp"

namespace sockeye::app {
namespace {

struct PatientConnectionTest : testing::Test {
    Task<> keep(Patience patience) {
        outcome = co_await connect_patiently(place.client(), Target{at}, std::move(patience));
    }
    const Result<Socket>& connect(Patience patience) {
        place.client().run(keep(std::move(patience))).value();
        return *outcome;
    }
    static Patience for_all(Duration duration) {
        Patience patience;
        patience.all_attempts = duration;
        return patience;
    }

    conformance::LabPlace place;
    std::optional<Result<Socket>> outcome;
    std::optional<Socket> server;
    Address at{"10.0.0.1", 9001};
};

TEST_F(PatientConnectionTest, WaitsForAServerThatStartsLater) {
    place.lab().at(3s, [&] { server.emplace(create_server(place.server(), at).value()); });
    EXPECT_TRUE(connect(for_all(10s)));
    EXPECT_GE(place.client().now(), Instant{3s});
    EXPECT_LT(place.client().now(), Instant{5s});
}

TEST_F(PatientConnectionTest, SaysWhatTheLastAttemptSaidAndTriesOnceUnlessToldOtherwise) {
    EXPECT_EQ(connect({}).error(), Errc::refused);
    EXPECT_LT(place.client().now(), Instant{10ms});
    EXPECT_EQ(connect(for_all(5s)).error(), Errc::refused);
    EXPECT_LE(place.client().now(), Instant{6s});
}

TEST_F(PatientConnectionTest, AnAttemptThatNobodyAnswersEndsInItsTime) {
    place.lab().cut("server", "lan");
    Patience patience = for_all(4s);
    patience.one_attempt = 1s;
    const Instant began = place.client().now();
    place.lab().at(2500ms, [&] {
        server.emplace(create_server(place.server(), at).value());
        place.lab().heal("server", "lan");
    });
    EXPECT_TRUE(connect(std::move(patience)));
    EXPECT_LE(place.client().now(), began + 4s);
}

TEST_F(PatientConnectionTest, TheSourceIsWhereItComesFromAndMustBeThisHosts) {
    server.emplace(create_server(place.server(), at).value());
    Patience patience;
    patience.source = Address{"10.0.0.2", 4000};
    EXPECT_EQ(connect(patience).value().getsockname().value(), *patience.source);
    patience.source = Address{"10.0.0.9", 0};
    EXPECT_EQ(connect(patience).error(), Errc::address_not_available);
}

}  // namespace
}  // namespace sockeye::app
