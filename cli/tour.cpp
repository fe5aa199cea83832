// sockeye tour: the same server and client on this machine and in a lab.
#include "cli/tour.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/server.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/recording.hpp"
#include "cli/service.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "lab/world.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* examples = R"(Examples:
  sockeye tour                       a client and a server, here and in a lab
  sockeye tour --record tour.pcapng  with the lab's frames for Wireshark
  sockeye tour --seed 9              another chance: other ports, other numbers)";

struct Options {
    LabPlan plan;
    std::string record;
    bool stay = false;
    bool json = false;
};

/// The server's two sockets, on one port if the machine has one free for both.
struct Servers {
    Socket tcp;
    Socket udp;
    Address tcp_address;
    Address udp_address;
};

struct Unwatched : app::Observer {};

Result<Servers> open_servers(Network& network) {
    constexpr int attempts = 8;
    Servers servers;
    for (int attempt = 1;; ++attempt) {
        Result<Socket> tcp = create_server(network, Address{"127.0.0.1", 0});
        if (!tcp) return std::unexpected{tcp.error()};
        servers.tcp = std::move(*tcp);
        servers.tcp_address = servers.tcp.getsockname().value();
        const bool last = attempt == attempts;
        Result<Socket> udp =
            create_datagram_server(network, last ? Address{"127.0.0.1", 0} : servers.tcp_address);
        if (!udp && (last || udp.error() != Errc::address_in_use)) return std::unexpected{udp.error()};
        if (!udp) continue;
        servers.udp = std::move(*udp);
        servers.udp_address = servers.udp.getsockname().value();
        return servers;
    }
}

Result<MachineVisit> visit_machine(Network& network, const Address& server, Transport transport,
                                   std::vector<std::string> lines) {
    Target target{server};
    target.transport = transport;
    Result<app::Visit> visit = network.run(app::upper_client(network, target, std::move(lines)));
    if (!visit) return std::unexpected{visit.error()};
    return MachineVisit{.server = server, .transport = transport, .visit = std::move(*visit)};
}

/// A client that is told nothing of the cut, and a server that is told nothing of the lab.
Result<LabRun> run_lab(Lab& lab, const LabPlan& plan, const Network& machine) {
    const Instant began = machine.now();
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24", plan.cable);
    Host& client = lab.add_host("client", lan, "10.0.0.2/24", plan.cable);
    server.spawn(app::serve_upper(server, Address{"0.0.0.0", plan.port}));
    lab.at(plan.cut_at, [&lab] { lab.cut("client", "lan"); });
    lab.at(plan.heal_at, [&lab] { lab.heal("client", "lan"); });
    const app::ClientOptions patient{.pause = plan.pause, .patience = Deadline{1min}};
    Result<app::Visit> visit = client.run(app::upper_client(client, Target{"10.0.0.1", plan.port},
                                                            {"hello, lab", "is anybody there?"}, patient));
    if (!visit) return std::unexpected{visit.error()};
    // The client's last ACK is still on its way.
    if (Result<void> passed = lab.run_for(1s); !passed) return std::unexpected{passed.error()};
    return LabRun{.visit = std::move(*visit),
                  .took = machine.now() - began,
                  .count = lab::count_frames(lab.world().recorder())};
}

bool all_answered(const app::Visit& visit) {
    return !visit.error && std::ranges::all_of(visit.exchanges, [](const app::Exchange& exchange) {
        Bytes expected{exchange.sent};
        app::make_upper({expected.data(), expected.size()});
        return exchange.received == expected.text();
    });
}

/// @returns false where something was not answered as it should have been
Result<bool> tell_machine(Network& network, const Servers& addresses, const Options& options) {
    const auto show = options.json ? machine_json : machine_text;
    bool good = true;
    Result<MachineVisit> tcp =
        visit_machine(network, addresses.tcp_address, Transport::tcp, {"hello", "sockets you can see"});
    if (!tcp) return std::unexpected{tcp.error()};
    Result<MachineVisit> udp =
        visit_machine(network, addresses.udp_address, Transport::udp, {"hello, datagram"});
    if (!udp) return std::unexpected{udp.error()};
    for (const MachineVisit* visit : {&*tcp, &*udp}) {
        tell(show(*visit));
        good = good && all_answered(visit->visit);
    }
    return good;
}

Result<bool> tell_lab(const Network& machine, const Options& options) {
    Lab lab{{.seed = options.plan.seed}};
    Result<LabRun> run = run_lab(lab, options.plan, machine);
    if (!run) return std::unexpected{run.error()};
    tell(options.json ? lab_json(lab, options.plan, *run) : lab_text(lab, options.plan, *run));
    if (const Result<void> recorded = record(lab, options.record); !recorded)
        return std::unexpected{recorded.error()};
    return all_answered(run->visit);
}

int tell_tour(const Options& options) {
    KernelNetwork network;
    Result<Servers> opened = open_servers(network);
    if (!opened) return fail("", opened.error());
    Servers& servers = *opened;
    Unwatched sessions;
    Service service{network, sessions};
    service.add(std::move(servers.tcp), app::answering(app::upper, &service));
    service.add_datagrams(std::move(servers.udp), app::upper);

    if (!options.json) tell(opening_text(options.plan));
    Result<bool> machine = tell_machine(network, servers, options);
    if (!machine) return fail("", machine.error());
    Result<bool> lab = tell_lab(network, options);
    if (!lab) return fail("", lab.error());

    const bool good = *machine && *lab;
    Aftermath aftermath{.command = called_as(), .server = servers.tcp_address, .recorded = options.record};
    aftermath.stays = good && (options.stay || isatty(STDOUT_FILENO) == 1);
    const auto ending = [&] {
        tell(options.json ? ending_json(aftermath) : ending_text(options.plan, aftermath));
    };
    if (!aftermath.stays) {
        ending();
        return static_cast<int>(good ? Exit::ok : Exit::other);
    }
    const Interrupts interrupts{network};
    ending();
    Result<void> served = service.run();
    return served ? static_cast<int>(Exit::ok) : fail("", served.error());
}

}  // namespace

void add_tour(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand("tour", "one program on this machine's network and in a lab")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_flag("--stay", options->stay, "the server stays up until Ctrl-C (as on a terminal)");
    add_seed(*sub, options->plan.seed);
    add_record(*sub, options->record);
    sub->add_flag("--json", options->json, "facts and frames as JSON, an object a line");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return tell_tour(*options); }; });
}

}  // namespace sockeye::cli
