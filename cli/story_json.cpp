// The story for machines. Times are nanoseconds; octets are counted, and shown as hex where they are frames.
#include <fmt/format.h>

#include <cstddef>
#include <span>

#include "cli/story.hpp"
#include "cli/words.hpp"
#include "lab/recorder.hpp"
#include "lab/world.hpp"
#include "wire/text.hpp"

namespace sockeye::cli {
namespace {

std::string visit_json(std::string_view network, Transport transport, const app::Visit& visit) {
    std::string text;
    const auto since = [&](Instant at) { return (at - visit.began).count(); };
    for (const app::Exchange& exchange : visit.exchanges)
        text += fmt::format(
            "{{\"kind\":\"exchange\",\"network\":{},\"transport\":\"{}\",\"client\":{},\"server\":{},"
            "\"sent\":{},\"sent_ns\":{},\"received\":{},\"received_ns\":{}}}\n",
            json(network), transport == Transport::tcp ? "tcp" : "udp", json(visit.local.to_string()),
            json(visit.peer.to_string()), json(exchange.sent), since(exchange.sent_at),
            json(exchange.received), since(exchange.received_at));
    if (visit.error)
        text +=
            fmt::format("{{\"kind\":\"error\",\"network\":{},\"code\":{},\"message\":{}}}\n", json(network),
                        json(to_string(visit.error->code())), json(visit.error->message()));
    return text;
}

std::string hex(std::span<const std::byte> octets) {
    std::string text;
    text.reserve(2 * octets.size());
    for (std::byte octet : octets) text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
    return text;
}

std::string frame_json(const lab::World& world, std::uint64_t number) {
    const lab::Record& record = world.recorder().records()[number];
    const lab::Connection& cable = world.topology().cables()[record.cable];
    const std::span<const std::byte> frame = record.frame.bytes();
    const std::string_view why = link::why_lost(record.fate);
    return fmt::format(
        R"({{"kind":"frame","number":{},"origin":{},"departs_ns":{},"cable":{},"from":{},"to":{},)"
        R"("lost":{},"octets":{},"text":{},"bytes":"{}"}})"
        "\n",
        number, record.origin, record.departs.since_zero().count(), json(cable.name()),
        json(cable.at(record.from).node->name()), json(cable.at(opposite(record.from)).node->name()),
        why.empty() ? "null" : json(why), frame.size(), json(wire::to_line(frame)), hex(frame));
}

}  // namespace

std::string machine_json(const MachineVisit& machine) {
    return fmt::format("{{\"kind\":\"server\",\"network\":\"kernel\",\"listens\":{}}}\n",
                       json(url(machine.transport, machine.server))) +
           visit_json("kernel", machine.transport, machine.visit);
}

std::string lab_json(const Lab& lab, const LabPlan& plan, const LabRun& run) {
    std::string text;
    for (std::uint64_t number = 0; number < lab.world().recorder().records().size(); ++number)
        text += frame_json(lab.world(), number);
    text += visit_json("lab", Transport::tcp, run.visit);
    return text +
           fmt::format(
               "{{\"kind\":\"lab\",\"seed\":{},\"hash\":{},\"frames\":{},\"lost\":{},\"virtual_ns\":{},"
               "\"took_ns\":{},\"cut_ns\":{},\"heal_ns\":{}}}\n",
               plan.seed, json(lab.hash()), run.frames, run.lost, lab.now().since_zero().count(),
               run.took.count(), plan.cut_at.count(), plan.heal_at.count());
}

std::string ending_json(const Aftermath& after) {
    return fmt::format("{{\"kind\":\"end\",\"stays\":{},\"server\":{},\"recorded\":{}}}\n", after.stays,
                       json(url(Transport::tcp, after.server)),
                       after.recorded.empty() ? "null" : json(after.recorded));
}

}  // namespace sockeye::cli
