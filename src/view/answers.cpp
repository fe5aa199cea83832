#include "view/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/quantity.hpp"
#include "lab/tables/nodes.hpp"
#include "view/errand.hpp"
#include "view/explain_send.hpp"
#include "view/faults.hpp"
#include "view/ladder.hpp"
#include "view/tcb_text.hpp"

namespace sockeye::view {
namespace {

using address_text::shown;

/// Without its line end.
std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

Answer shown_as(const Table& table) {
    return {.text = trimmed(table.text()), .data = table.json()};
}

std::string_view state_of(const RunControl& control) {
    if (control.down) return "ending";
    if (control.is_stepping()) return "stepping";
    return control.paused ? "paused" : "running";
}

// ---- looks

Answer status(RunningLab& running, const Request&) {
    const lab::World& world = running.lab.world();
    const std::size_t nodes = world.topology().nodes().size();
    const std::size_t cables = world.topology().cables().size();
    return {.text = fmt::format("{}: {} nodes, {} cables; {} at {} s", running.name, nodes, cables,
                                state_of(running.control), to_string(running.lab.now())),
            .data = {{{"kind", "lab"},
                      {"name", running.name},
                      {"nodes", nodes},
                      {"cables", cables},
                      {"state", state_of(running.control)},
                      {"now_ns", running.lab.now().since_zero().count()},
                      {"seed", running.lab.seed()}}}};
}

Answer ps(RunningLab& running, const Request&) {
    return shown_as(nodes_table(running.lab.world()));
}

Answer arp(RunningLab& running, const Request& request) {
    return shown_as(neighbours_table(running.lab.world(), request.host));
}

Answer routes(RunningLab& running, const Request& request) {
    return shown_as(routes_table(running.lab.world(), request.host));
}

Answer macs(RunningLab& running, const Request& request) {
    return shown_as(stations_table(running.lab.world(), request.host));
}

Answer nat(RunningLab& running, const Request& request) {
    return shown_as(translations_table(running.lab.world(), request.host));
}

Answer leases(RunningLab& running, const Request&) {
    return shown_as(leases_table(running.dhcp, running.lab.now()));
}

Answer sockets(RunningLab& running, const Request& request) {
    return shown_as(sockets_table(running.lab.world(), request.host));
}

Answer backlog(RunningLab& running, const Request& request) {
    return shown_as(backlog_table(running.lab.world(), request.host));
}

Answer tcb(RunningLab& running, const Request& request) {
    const std::vector<lab::TcbRow> rows = lab::tcb_rows(running.lab.world(), request.host);
    return {.text = trimmed(tcb_text(rows)), .data = tcb_json(rows)};
}

/// A number, or the name of a node that has an address.
IpAddress address_of(const lab::World& world, const std::string& target) {
    for (const lab::NodeRow& node : lab::node_rows(world))
        if (node.name == target && !node.addresses.empty()) return node.addresses.front().address;
    Result<IpAddress> number = IpAddress::parse(target);
    if (!number) throw std::invalid_argument{std::string{number.error().detail()}};
    return *number;
}

Answer explain_send(RunningLab& running, const Request& request) {
    lab::World& world = running.lab.world();
    const lab::SendDecision decision =
        lab::decide_send(world, request.host, address_of(world, request.target));
    return {.text = trimmed(view::explain_send(decision)), .data = {explain_send_json(decision)}};
}

Answer ladder(RunningLab& running, const Request& request) {
    const lab::World& world = running.lab.world();
    std::vector<std::string> words = request.words;
    if (!request.host.empty()) words.insert(words.begin(), {"host", request.host});
    const Result<FrameFilter> filter = FrameFilter::parse(words, world.topology().nodes());
    if (!filter) return usage_error(std::string{filter.error().detail()});
    const std::vector<Line> all = ladder_lines(world, *filter);
    std::span<const Line> lines{all};
    if (request.last != 0 && request.last < lines.size()) lines = lines.last(request.last);
    Answer answer{.text = trimmed(explained(lines))};
    std::ranges::transform(lines, std::back_inserter(answer.data),
                           [](const Line& line) { return to_json(line); });
    return answer;
}

// ---- steering

Answer down(RunningLab& running, const Request& request) {
    running.control.down = true;
    return status(running, request);
}

Answer pause(RunningLab& running, const Request& request) {
    running.control.paused = true;
    running.control.to_step = Duration::zero();
    return status(running, request);
}

Answer resume(RunningLab& running, const Request& request) {
    running.control.paused = false;
    return status(running, request);
}

Answer fault(RunningLab& running, const Request& request) {
    const std::span<const std::string> words{request.words};
    const std::string_view what = words.empty() ? "list" : std::string_view{words[0]};
    if (what == "list") return shown_as(faults_table(running.lab));
    if (what != "add" && what != "clear")
        return usage_error("'" + shown(what) + "' is nothing to do with a fault: write add, clear or list");
    Answer answer{.text = what == "add" ? add_fault(running.lab, words.subspan(1))
                                        : clear_faults(running.lab, words.subspan(1))};
    answer.data.push_back({{"kind", "done"}, {"words", answer.text}});
    return answer;
}

/// "10ms", or "event": up to the next thing that can be seen. Pauses, where it is not paused yet.
Task<Answer> step(Network& machine, RunningLab& running, const Request& request) {
    const std::string word = request.words.empty() ? "event" : request.words.front();
    RunControl& control = running.control;
    const std::uint64_t first = running.lab.world().recorder().next_number();
    if (word == "event") {
        control.step_event = true;
    } else {
        const Result<Duration> length = parse_duration(word);
        if (!length) co_return usage_error(std::string{length.error().detail()});
        control.to_step += *length;
    }
    control.paused = true;
    while (control.is_stepping() && !control.down)
        if (Result<void> slept = co_await machine.sleep(1ms); !slept) break;
    Answer answer = status(running, request);
    const std::uint64_t frames = running.lab.world().recorder().next_number() - first;
    answer.text += fmt::format("; {} frame{} since", frames, frames == 1 ? "" : "s");
    answer.data.front()["frames"] = frames;
    co_return answer;
}

// ---- the verbs

enum class Needs : std::uint8_t { nothing, host, target };

struct Look {
    std::string_view verb;
    Needs needs;
    Answer (*answer)(RunningLab&, const Request&);
};
constexpr std::array looks{
    Look{"status", Needs::nothing, status},
    Look{"ps", Needs::nothing, ps},
    Look{"arp", Needs::host, arp},
    Look{"routes", Needs::host, routes},
    Look{"macs", Needs::host, macs},
    Look{"nat", Needs::host, nat},
    Look{"leases", Needs::nothing, leases},
    Look{"sockets", Needs::host, sockets},
    Look{"backlog", Needs::host, backlog},
    Look{"tcb", Needs::host, tcb},
    Look{"explain-send", Needs::target, explain_send},
    Look{"ladder", Needs::nothing, ladder},
    Look{"down", Needs::nothing, down},
    Look{"pause", Needs::nothing, pause},
    Look{"resume", Needs::nothing, resume},
    Look{"fault", Needs::nothing, fault},
};

struct Errand {
    std::string_view verb;
    Needs needs;
    Task<Answer> (*run)(Network&, RunningLab&, const Request&);
};
constexpr std::array errands{
    Errand{"step", Needs::nothing, step},
    Errand{"ping", Needs::target, ping_errand},
    Errand{"pingall", Needs::nothing, pingall_errand},
    Errand{"traceroute", Needs::target, traceroute_errand},
    Errand{"dig", Needs::target, dig_errand},
};

std::string missing(Needs needs, const Request& request) {
    if (needs != Needs::nothing && request.host.empty()) return request.verb + " needs a 'host'";
    if (needs == Needs::target && request.target.empty()) return request.verb + " needs a 'target'";
    return {};
}

Answer unknown(const std::string& verb) {
    std::vector<std::string_view> verbs;
    std::ranges::transform(looks, std::back_inserter(verbs), &Look::verb);
    std::ranges::transform(errands, std::back_inserter(verbs), &Errand::verb);
    const std::string_view meant = nearest(verb, verbs);
    std::string all;
    for (const std::string_view each : verbs) all.append(all.empty() ? "" : ", ").append(each);
    return usage_error(
        fmt::format("a lab does not know '{}'{}", shown(verb),
                    meant.empty() ? "; it knows " + all : fmt::format(": did you mean {}?", meant)));
}

}  // namespace

Answer look(RunningLab& running, const Request& request) {
    const auto* found = std::ranges::find(looks, request.verb, &Look::verb);
    if (found == looks.end()) return unknown(request.verb);
    const std::string lack = missing(found->needs, request);
    return lack.empty() ? found->answer(running, request) : usage_error(lack);
}

Task<Answer> answer(Network& machine, RunningLab& running, const Request& request) {
    const auto* errand = std::ranges::find(errands, request.verb, &Errand::verb);
    if (errand == errands.end()) co_return answer_or_mistake([&] { return look(running, request); });
    const std::string lack = missing(errand->needs, request);
    if (!lack.empty()) co_return usage_error(lack);
    try {
        Answer brought = co_await errand->run(machine, running, request);
        co_return brought;
    } catch (
        const std::invalid_argument& wrong) {  // a name that there is not, or a fault that makes no sense
        co_return usage_error(wrong.what());
    }
}

}  // namespace sockeye::view
