#include "lab/pcapng.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "lab/journey.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::lab {

namespace {

/// By cable and end, since that is what a record knows.
using Interfaces = std::map<std::pair<std::uint32_t, link::End>, std::uint32_t>;

Interfaces write_interfaces(wire::PcapngWriter& writer, const Topology& topology) {
    Interfaces interfaces;
    for (const auto& node : topology.nodes()) {
        if (!node->sends_of_its_own()) continue;
        for (link::Port port = 0; port < node->plugs.size(); ++port) {
            const Plug& plug = node->plugs[port];
            const Connection& connection = topology.cables()[plug.cable];
            const std::string name = node->name() + ":" + node->port_name(port);
            interfaces[{plug.cable, plug.end}] =
                writer.interface({.name = name,
                                  .description = connection.name(),
                                  .bits_per_second = connection.cable.options().bits_per_second});
        }
    }
    return interfaces;
}

std::string comment_on(const Journey& journey, const Topology& topology) {
    if (journey.is_dropped())
        return "DROP " + topology.nodes()[journey.drop->node]->name() + ": " + std::string{journey.drop->why};
    if (!journey.is_lost() && journey.change != nullptr)
        return std::string{to_string(journey.change->fate)} + " at " +
               topology.cables()[journey.change->cable].name();
    if (!journey.is_lost()) return {};
    return "DROP " + std::string{why_lost(journey.loss->fate)} + " at " +
           topology.cables()[journey.loss->cable].name();
}

/// Each line behind `word`.
std::string quoted(std::string_view word, std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        lines.append(word).append(" ").append(line).append("\n");
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return lines;
}

/// What it takes, beside the seed, to run the lab again.
std::string describe_run(const World& world) {
    return "until " + std::to_string(world.now().since_zero().count()) + "\n" +
           quoted("file", world.sources().topology) + quoted("faults", world.sources().faults);
}

/// As far as a block has room: what was done first is what a reader cannot guess.
std::string describe_notes(const std::vector<Note>& notes, const std::vector<Journey>& journeys) {
    constexpr std::size_t most = 8 << 20;  // octets
    std::string text;
    for (const Note& note : notes) {
        const auto next = std::ranges::lower_bound(
            journeys, std::pair{note.at, note.before}, {},
            [](const Journey& journey) { return std::pair{journey.first->departs, journey.number}; });
        text += "note " + std::to_string(note.at.since_zero().count()) + " " +
                std::to_string(next - journeys.begin()) + " " + note.text + "\n";
        if (text.size() > most) break;
    }
    return text;
}

}  // namespace

void write_names(wire::PcapngWriter& writer, const Topology& topology) {
    std::vector<wire::PcapngWriter::NameRecord> names;
    for (const auto& node : topology.nodes())
        for (const Identity& who : node->identities())
            if (who.has_address()) names.push_back({who.address.address, node->name()});
    writer.names(names);
}

std::string describe_nodes(const World& world) {
    std::string text = world.topology().to_string();
    for (const auto& node : world.topology().nodes())
        if (node->is_router()) text += "router " + node->name() + "\n";
    return text;
}

std::string describe_recording(const World& world) {
    return "sockeye recording\nseed " + std::to_string(world.seed()) + "\nhash " + world.recorder().hash() +
           "\n" + describe_nodes(world);
}

std::string to_pcapng(const World& world) {
    std::string out;
    wire::PcapngWriter writer{out};
    writer.section("Sockeye");
    const Interfaces interfaces = write_interfaces(writer, world.topology());
    write_names(writer, world.topology());
    std::vector<Journey> written;
    for (const Journey& journey : journeys(world)) {
        const auto interface = interfaces.find({journey.first->cable, journey.first->from});
        if (interface == interfaces.end()) continue;  // a copy that a cable made of what a switch forwarded
        const std::string comment = comment_on(journey, world.topology());
        writer.packet({.interface = interface->second,
                       .at = journey.first->departs + epoch,
                       .frame = journey.first->frame.bytes(),
                       .direction = wire::PcapngWriter::Direction::outbound,
                       .comment = comment});
        written.push_back(journey);
    }
    // At the end: tshark counts it as a frame.
    writer.custom(describe_recording(world) + describe_run(world) +
                  describe_notes(world.recorder().notes(), written));
    return out;
}

}  // namespace sockeye::lab
