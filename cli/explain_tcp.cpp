// sockeye explain handshake, sockeye explain close: TCP's two rituals, told from a run in a lab.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/json.hpp"
#include "cli/part.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "view/tcp_stage.hpp"
#include "view/tcp_story.hpp"

namespace sockeye::cli {
namespace {

constexpr Part handshake{
    .name = "handshake", .does = "how TCP opens a connection, from a run in a lab", .examples = R"(Examples:
  sockeye explain handshake               the three steps
  sockeye explain handshake --syn-lost    the first SYN never arrives
  sockeye explain handshake --refused     nobody listens
  sockeye explain handshake --together    both ends call each other at once
  sockeye explain handshake --json        an object a step

Nothing is canned: a client and a server run in a lab, each segment is what was
on the cable, each state what that end's TCP was in. Another --seed draws other
ports and first numbers.)"};

constexpr Part closing{
    .name = "close", .does = "how TCP closes a connection, from a run in a lab", .examples = R"(Examples:
  sockeye explain close                   the client, and later the server: four
                                          segments
  sockeye explain close --at-once         the server at once: three segments
  sockeye explain close --last-ack-lost   what TIME-WAIT is for
  sockeye explain close --together        both at once: CLOSING
  sockeye explain close --reset           one end aborts (SO_LINGER of 0)

Nothing is canned: a client and a server run in a lab, each segment is what was
on the cable, each state what that end's TCP was in. Another --seed draws other
ports and first numbers.)"};

template <class How>
struct Options {
    How how = How::usual;
    std::uint64_t seed = 7;
    bool json = false;
};

Json flags_of(const wire::TcpFlags& flags) {
    Json names = Json::array();
    for (const auto& [name, is_set] :
         {std::pair{"SYN", flags.syn}, {"ACK", flags.ack}, {"FIN", flags.fin}, {"RST", flags.rst}})
        if (is_set) names.push_back(name);
    return names;
}

Json section_of(std::string_view section) {
    return section.empty() ? Json{} : Json(fmt::format("RFC 9293 §{}", section));
}

std::string scene_json(const view::TcpScene& scene) {
    Json ends = Json::array();
    for (const view::TcpEnd& end : scene.ends)
        ends.push_back({{"name", end.name},
                        {"address", end.address.to_string()},
                        {"isn", end.isn ? Json(end.isn->raw()) : Json{}},
                        {"state", to_string(end.before)}});
    return json_line({{"kind", "scene"},
                      {"title", scene.title},
                      {"seed", scene.seed},
                      {"ends", std::move(ends)},
                      {"hash", scene.hash}});
}

Json segment_json(const view::TcpScene& scene, const view::TcpStep& step) {
    if (!step.segment) return {};
    const view::SegmentSeen& segment = *step.segment;
    return {{"from", scene.ends[segment.from].name},
            {"to", scene.ends[1 - segment.from].name},
            {"flags", flags_of(segment.header.flags)},
            {"seq", step.seq},
            {"ack", step.ack ? Json(*step.ack) : Json{}},
            {"lost", segment.lost.empty() ? Json{} : Json(segment.lost)},
            {"again_after_ns", step.since_before ? Json(step.since_before->count()) : Json{}},
            {"on_the_cable", segment.line},
            {"means", step.means},
            {"section", section_of(step.section)}};
}

std::string step_json(const view::TcpScene& scene, const view::TcpStep& step, std::size_t number) {
    Json states = Json::array();
    for (const view::StepState& state : step.states)
        states.push_back({{"end", scene.ends[state.end].name},
                          {"at_ns", state.at.since_zero().count()},
                          {"before", to_string(state.before)},
                          {"after", to_string(state.after)},
                          {"means", state.means},
                          {"section", section_of(state.section)}});
    return json_line({{"kind", "step"},
                      {"number", number},
                      {"at_ns", step.at.since_zero().count()},
                      {"segment", segment_json(scene, step)},
                      {"states", std::move(states)}});
}

template <class How>
int explain(const Options<How>& options) {
    const view::TcpScene scene = view::play(options.how, options.seed);
    if (!options.json) {
        tell(to_text(scene, has_colour(stdout) ? view::Colour::ansi : view::Colour::none));
        return static_cast<int>(Exit::ok);
    }
    tell(scene_json(scene));
    std::size_t number = 0;
    for (const view::TcpStep& step : tcp_steps(scene)) tell(step_json(scene, step, ++number));
    return static_cast<int>(Exit::ok);
}

/// A way that it may go: a flag of its own, of which one may be given.
template <class How>
struct Way {
    const char* flag;
    How how;
    const char* does;
};

template <class How>
void add(CLI::App& group, Action& chosen, const Part& part, const std::vector<Way<How>>& ways) {
    const auto options = std::make_shared<Options<How>>();
    CLI::App* sub = add_part(group, chosen, part, options, &explain<How>);
    std::vector<CLI::Option*> flags;
    for (const Way<How>& way : ways) {
        flags.push_back(
            sub->add_flag_callback(way.flag, [options, how = way.how] { options->how = how; }, way.does));
        for (CLI::Option* other : flags)
            if (other != flags.back()) flags.back()->excludes(other);
    }
    sub->add_option("--seed", options->seed,
                    fmt::format("of the lab: all its chance comes from it ({})", options->seed))
        ->type_name("N")
        ->check(unsaid(CLI::NonNegativeNumber));
}

}  // namespace

void add_explain_handshake(CLI::App& explain_verb, Action& chosen) {
    using enum view::Handshake;
    add<view::Handshake>(explain_verb, chosen, handshake,
                         {{"--syn-lost", syn_lost, "the first SYN never arrives"},
                          {"--refused", refused, "nobody listens there"},
                          {"--together", together, "both ends call each other at once"}});
}

void add_explain_close(CLI::App& explain_verb, Action& chosen) {
    using enum view::Closing;
    add<view::Closing>(explain_verb, chosen, closing,
                       {{"--at-once", at_once, "the server closes as soon as it hears of it"},
                        {"--last-ack-lost", last_ack_lost, "the server never hears the last ACK"},
                        {"--together", together, "both ends close at once"},
                        {"--reset", reset, "the client aborts with a RST"}});
}

}  // namespace sockeye::cli
