#include "lab/journey.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sockeye::lab {

namespace {

const Connection::Socket& sender_of(const World& world, const Record& record) {
    return world.topology().cables()[record.cable].at(record.from);
}

bool is_to_a_group(const Record& record) {
    const auto ethernet = wire::parse_ethernet(record.frame.bytes());
    return ethernet && ethernet->header.target.is_multicast();
}

/// Whether it is at the end of its way: at a host that it is for. What a switch floods reaches others too.
bool is_for_a_host(const World& world, const Record& record) {
    const Connection& cable = world.topology().cables()[record.cable];
    const Node& node = *cable.at(link::opposite(record.from)).node;
    if (node.kind() != Node::Kind::host) return false;
    const auto ethernet = wire::parse_ethernet(record.frame.bytes());
    if (!ethernet || ethernet->header.target.is_multicast()) return true;
    const std::vector<Identity> own = node.identities();
    return std::ranges::find(own, ethernet->header.target, &Identity::mac) != own.end();
}

}  // namespace

std::vector<Journey> journeys(const World& world, std::uint64_t from) {
    const std::uint64_t kept_from = std::max(world.recorder().first_number(), from);
    const std::span<const Record> records = world.recorder().records_from(kept_from);
    std::vector<Journey> all;
    std::vector<std::size_t> journey_of(records.size());
    std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> copies_at;  // by journey and switch
    std::map<std::uint64_t, const Drop*> drops;                              // by record
    for (const Drop& drop : world.recorder().drops()) drops.emplace(drop.number, &drop);

    for (std::uint64_t number = kept_from; number < kept_from + records.size(); ++number) {
        const Record& record = records[number - kept_from];
        const Node* sender = sender_of(world, record).node;
        if (record.origin < kept_from) continue;  // how it began has been forgotten
        if (record.origin == number) {
            journey_of[number - kept_from] = all.size();
            all.push_back({.number = number, .first = &record, .sender = sender});
        }
        const std::size_t index = journey_of[record.origin - kept_from];
        Journey& journey = all[index];
        if (record.origin != number) {
            ++journey.copies;
            const std::size_t at_this_switch = ++copies_at[{index, sender->index}];
            // That a single copy was a flood shows when a switch makes the second one.
            if (is_to_a_group(record) || at_this_switch > 2)
                ++journey.flooded;
            else if (at_this_switch == 2)
                journey.flooded += 2;
        }
        const auto dropped = drops.find(number);
        if (dropped != drops.end()) {
            if (journey.drop == nullptr) journey.drop = dropped->second;
        } else if (!link::is_lost(record.fate) && is_for_a_host(world, record)) {
            ++journey.delivered;
        }
        if (link::is_lost(record.fate)) {
            if (journey.lost++ == 0) journey.loss = &record;
        } else if (record.fate != link::Fate::arrives && journey.change == nullptr) {
            journey.change = &record;
        }
    }
    std::ranges::sort(
        all, {}, [](const Journey& journey) { return std::pair{journey.first->departs, journey.number}; });
    return all;
}

const Node* Past::node(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, [](const auto& node) { return node->name(); });
    return found == nodes.end() ? nullptr : found->get();
}

Past past_of(const World& world) {
    return {
        .nodes = world.topology().nodes(), .journeys = journeys(world), .notes = world.recorder().notes()};
}

FrameCount count_frames(const Recorder& recorder) {
    FrameCount count;
    const std::vector<Record>& records = recorder.records();
    for (std::uint64_t number = recorder.first_number(); const Record& record : records) {
        if (record.origin == number++) ++count.frames;
        if (link::is_lost(record.fate)) ++count.lost;
    }
    return count;
}

}  // namespace sockeye::lab
