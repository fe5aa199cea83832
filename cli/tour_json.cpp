// The tour for machines. Times are nanoseconds.
#include <nlohmann/json.hpp>

#include "cli/json.hpp"
#include "cli/recording.hpp"
#include "cli/tour.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

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

}  // namespace

std::string machine_json(const MachineVisit& machine) {
    return json_line({{"kind", "server"},
                      {"network", "kernel"},
                      {"listens", url(machine.transport, machine.server)}}) +
           visit_json("kernel", machine.transport, machine.visit);
}

std::string lab_json(const Lab& lab, const LabPlan& plan, const LabRun& run) {
    std::string text = frames_json(lab.world());
    text += visit_json("lab", Transport::tcp, run.visit);
    return text + json_line({{"kind", "lab"},
                             {"seed", plan.seed},
                             {"hash", lab.hash()},
                             {"frames", run.count.frames},
                             {"lost", run.count.lost},
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
