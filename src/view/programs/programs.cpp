#include "view/programs/programs.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "lab/file/builder.hpp"
#include "lab/file/words.hpp"
#include "lab/host_node.hpp"
#include "view/programs/program.hpp"

namespace sockeye::view {
namespace {

using address_text::shown;
using lab::NodeKind;
using lab::NodeSpec;
using lab::Remark;

std::vector<Maker> makers() {
    std::vector<Maker> all;
    for (const std::span<const Maker> each : {servers(), clients(), addressing(), naming()})
        all.insert(all.end(), each.begin(), each.end());
    return all;
}

std::optional<Maker> maker_named(std::string_view name) {
    for (const Maker& maker : makers())
        if (maker.name == name) return maker;
    return std::nullopt;
}

/// What a kind of node runs that is told nothing else.
std::string_view usual_programs(NodeKind kind) {
    if (kind == NodeKind::dhcp) return "dhcp-server";
    if (kind == NodeKind::dns) return "dns";
    return "";
}

/// The words of each program of a node.
std::vector<std::vector<std::string>> programs_of(const NodeSpec& node) {
    std::vector<std::vector<std::string>> programs;
    std::string_view rest = node.program.empty() ? usual_programs(node.kind) : node.program;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const auto words = lab::split(rest.substr(0, end));
        if (!words.empty()) programs.emplace_back(words.begin(), words.end());
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return programs;
}

/// What somebody meant by it, where that is clear.
Remark no_such_program(const NodeSpec& node, std::string_view name) {
    std::vector<std::string_view> names;
    std::string there_are;
    for (const Maker& maker : makers()) {
        names.push_back(maker.name);
        there_are.append(there_are.empty() ? "" : ", ").append(maker.name);
    }
    const std::string_view meant = nearest(name, names);
    const std::string words = "node " + node.name + ": there is no program '" + shown(name) + "' in a lab";
    if (!meant.empty())
        return {node.place, Remark::Weight::mistake, words + ": did you mean " + std::string{meant} + "?"};
    return {node.place, Remark::Weight::warning,
            words + ", so the host runs nothing for it; there are: " + there_are};
}

struct Made {
    std::vector<Program> programs;
    std::vector<Remark> remarks;
};

Made make_programs(Setting& setting) {
    Made made;
    for (const std::vector<std::string>& words : programs_of(setting.node)) {
        const std::optional<Maker> maker = maker_named(words.front());
        if (!maker) {
            made.remarks.push_back(no_such_program(setting.node, words.front()));
            continue;
        }
        Result<Program> program = maker->make(Words{words}.subspan(1), setting);
        if (program)
            made.programs.push_back(*std::move(program));
        else
            made.remarks.push_back({setting.node.place, Remark::Weight::mistake,
                                    "node " + setting.node.name + ": " + std::string{maker->name} + ": " +
                                        std::string{program.error().detail()} + "; write " +
                                        std::string{maker->form}});
    }
    return made;
}

/// A host's life, from its start until the last of its programs does what it is for.
Task<> live(Host& host, Duration start, std::shared_ptr<const std::vector<Program>> programs,
            std::shared_ptr<bool> done) {
    *done = false;
    const Result<void> slept = co_await host.sleep(start);
    if (!slept) co_return;
    for (const Program& program : *programs) (void)co_await program(host);  // a Task<> returns nothing
    *done = true;
}

}  // namespace

std::vector<Remark> check_programs(const lab::TopologyFile& file) {
    Lab nowhere;  // to make programs for, which nobody starts
    std::vector<Remark> remarks;
    for (const NodeSpec& node : file.nodes) {
        Setting setting{file, node, nowhere.world()};
        if (node.kind == NodeKind::bridge && !programs_of(node).empty())
            remarks.push_back({node.place, Remark::Weight::mistake,
                               "node " + node.name + ": a bridge runs no programs: make it a host"});
        else
            for (Remark& remark : make_programs(setting).remarks) remarks.push_back(std::move(remark));
    }
    return remarks;
}

Services start_programs(Lab& lab, const lab::TopologyFile& file) {
    Services services;
    const std::map<std::string, Duration> starts = lab::starts_of(file);
    for (const NodeSpec& node : file.nodes) {
        if (node.kind == NodeKind::bridge) continue;
        Setting setting{file, node, lab.world()};
        std::vector<Program> made = make_programs(setting).programs;
        if (setting.dhcp) services.dhcp_servers.emplace(node.name, setting.dhcp);
        if (made.empty()) continue;
        auto& host = static_cast<lab::HostNode&>(lab.world().topology().node(node.name));
        const auto programs = std::make_shared<const std::vector<Program>>(std::move(made));
        const auto done = std::make_shared<bool>(false);
        services.done.emplace(node.name, done);
        host.run([start = starts.at(node.name), programs, done](Host& own) {
            return live(own, start, programs, done);
        });
    }
    return services;
}

std::string list_programs() {
    std::string text;
    for (const Maker& maker : makers()) text.append("  ").append(maker.form).append("\n");
    return text;
}

void tell(lab::World& world, const Network& host, std::string_view words) {
    world.note(std::string{host.name()} + ": " + std::string{words});
}

std::unexpected<Error> mistaken(std::string detail) {
    return std::unexpected{Error{Errc::invalid_argument, "program", std::move(detail)}};
}

std::string joined(Words words) {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

std::optional<std::string> value_of(std::string_view word, std::string_view name) {
    if (!word.starts_with(name) || !word.substr(name.size()).starts_with('=')) return std::nullopt;
    return std::string{word.substr(name.size() + 1)};
}

}  // namespace sockeye::view
