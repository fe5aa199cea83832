#include "sockeye/event.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "test/conformance/place.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;

struct EventTest : testing::Test {
    Task<> note(std::string name, Event& event, Deadline deadline = {}) {
        Result<void> waited = co_await event.wait(deadline);
        ended.push_back(name + (waited ? "" : ": " + std::string{to_string(waited.error().code())}));
    }

    conformance::LabPlace place;
    Network& host = place.server();
    std::vector<std::string> ended;
};

TEST_F(EventTest, ThoseWhoWaitGoOnInTheOrderInWhichTheyCame) {
    Event event{host};
    host.spawn(note("first", event));
    host.spawn(note("second", event));
    ASSERT_TRUE(place.lab().run_for(1s));
    EXPECT_TRUE(ended.empty());
    event.set();
    ASSERT_TRUE(host.run());
    EXPECT_THAT(ended, ElementsAre("first", "second"));
}

TEST_F(EventTest, OneThatIsSetMakesNobodyWaitUntilItIsCleared) {
    Event event{host};
    event.set();
    EXPECT_TRUE(event.wait().wait());
    event.clear();
    EXPECT_FALSE(event.is_set());
    EXPECT_EQ(event.wait(1s).wait().error(), Errc::timed_out);
}

TEST_F(EventTest, ADeadlineAndTheEventsEndAreTold) {
    std::optional<Event> event{host};
    host.spawn(note("patient", *event));
    host.spawn(note("hasty", *event, 1s));
    ASSERT_TRUE(place.lab().run_for(2s));
    event.reset();
    ASSERT_TRUE(host.run());
    EXPECT_THAT(ended, ElementsAre("hasty: timed_out", "patient: closed"));
}

TEST_F(EventTest, WhoWaitsForWhatIsNeverSetIsAStall) {
    Event event{host};
    EXPECT_EQ(event.wait().wait().error(), Errc::stalled);
}

}  // namespace
}  // namespace sockeye
