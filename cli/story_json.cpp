// The story for machines. Times are nanoseconds; octets are counted, and shown as hex where they are frames.
#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/json.hpp"
#include "cli/story.hpp"
#include "cli/words.hpp"
#include "lab/recorder.hpp"
#include "lab/world.hpp"
#include "wire/text.hpp"

namespace sockeye::cli {
namespace {

/// What may be missing: null then.
Json text_or_null(std::string_view text) {
    return text.empty() ? Json{} : Json(text);
}

std::string visit_json(std::string_view network, Transport transport, const app::Visit& visit) {
    std::string text;
    const auto since = [&](Instant at) { return (at - visit.began).count(); };
    for (const app::Exchange& exchange : visit.exchanges)
        text += json_line({{"kind", "exchange"},
                           {"network", network},
                           {"transport", transport == Transport::tcp ? "tcp" : "udp"},
                           {"client", visit.local.to_string()},
                           {"server", visit.peer.to_string()},
                           {"sent", exchange.sent},
                           {"sent_ns", since(exchange.sent_at)},
                           {"received", exchange.received},
                           {"received_ns", since(exchange.received_at)}});
    if (visit.error)
        text += json_line({{"kind", "error"},
                           {"network", network},
                           {"code", to_string(visit.error->code())},
                           {"message", visit.error->message()}});
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
    return json_line({{"kind", "frame"},
                      {"number", number},
                      {"origin", record.origin},
                      {"departs_ns", record.departs.since_zero().count()},
                      {"cable", cable.name()},
                      {"from", cable.at(record.from).node->name()},
                      {"to", cable.at(opposite(record.from)).node->name()},
                      {"lost", text_or_null(link::why_lost(record.fate))},
                      {"octets", frame.size()},
                      {"text", wire::to_line(frame)},
                      {"bytes", hex(frame)}});
}

}  // namespace

std::string machine_json(const MachineVisit& machine) {
    return json_line({{"kind", "server"},
                      {"network", "kernel"},
                      {"listens", url(machine.transport, machine.server)}}) +
           visit_json("kernel", machine.transport, machine.visit);
}

std::string lab_json(const Lab& lab, const LabPlan& plan, const LabRun& run) {
    std::string text;
    for (std::uint64_t number = 0; number < lab.world().recorder().records().size(); ++number)
        text += frame_json(lab.world(), number);
    text += visit_json("lab", Transport::tcp, run.visit);
    return text + json_line({{"kind", "lab"},
                             {"seed", plan.seed},
                             {"hash", lab.hash()},
                             {"frames", run.frames},
                             {"lost", run.lost},
                             {"virtual_ns", lab.now().since_zero().count()},
                             {"took_ns", run.took.count()},
                             {"cut_ns", plan.cut_at.count()},
                             {"heal_ns", plan.heal_at.count()}});
}

std::string ending_json(const Aftermath& after) {
    return json_line({{"kind", "end"},
                      {"stays", after.stays},
                      {"server", url(Transport::tcp, after.server)},
                      {"recorded", text_or_null(after.recorded)}});
}

}  // namespace sockeye::cli
