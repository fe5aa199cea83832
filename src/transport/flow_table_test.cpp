// Demultiplexing: the table agrees with a plain map, whatever is put in and taken out.
#include "transport/flow_table.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/random.hpp"

namespace sockeye::transport {
namespace {

struct Thing {
    Flow its_flow;
    const Flow& flow() const { return its_flow; }
};

Flow flow_from(std::uint16_t port) {
    return {.local = Address{"10.0.0.1", 80}, .peer = Address{"10.0.0.2", port}};
}

TEST(FlowTable, FindsWhatIsInItAndNothingElse) {
    Random random{5};
    FlowTable<Thing> table{HashKey::draw(random)};
    std::vector<std::unique_ptr<Thing>> things(300);
    for (int step = 0; step < 20'000; ++step) {
        const auto port = static_cast<std::uint16_t>(random.below(things.size()));
        auto& thing = things[port];
        ASSERT_EQ(table.find(flow_from(port)), thing.get());
        if (thing) {
            table.erase(*thing);
            thing.reset();
        } else {
            thing = std::make_unique<Thing>(Thing{flow_from(port)});
            table.insert(*thing);
        }
    }
    for (std::size_t port = 0; port < things.size(); ++port)
        EXPECT_EQ(table.find(flow_from(static_cast<std::uint16_t>(port))), things[port].get());
}

TEST(FlowTable, ErasingLeavesAnothersFlowAlone) {
    FlowTable<Thing> table{HashKey{}};
    Thing one{flow_from(1)};
    const Thing gone{flow_from(1)};
    table.insert(one);
    table.erase(gone);
    EXPECT_EQ(table.find(flow_from(1)), &one);
}

TEST(FlowTable, TellsTheTwoEndsApart) {
    FlowTable<Thing> table{HashKey{}};
    Thing one{flow_from(80)};
    table.insert(one);
    EXPECT_EQ(table.find({.local = one.its_flow.peer, .peer = one.its_flow.local}), nullptr);
}

}  // namespace
}  // namespace sockeye::transport
