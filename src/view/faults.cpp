#include "view/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "lab/file/cable_words.hpp"
#include "lab/world.hpp"

namespace sockeye::view {
namespace {

constexpr const char* forms =
    "write A B cut, heal, hold or release; A B loss=20% delay=10ms …; or HOST crash or restart";

struct CableAction {
    std::string_view name;
    std::string_view done;
    void (Lab::*act)(std::string_view, std::string_view);
};
constexpr std::array cable_actions{
    CableAction{"cut", "cut", &Lab::cut}, CableAction{"heal", "healed", &Lab::heal},
    CableAction{"hold", "held", &Lab::hold}, CableAction{"release", "released", &Lab::release}};

/// One direction as it is now, in all cables that there are: they are impaired alike.
Impairments impairments_of(const Lab& lab, std::string_view from, std::string_view to) {
    const lab::Topology& topology = lab.world().topology();
    const lab::Connection& cable = topology.cables()[topology.cables_between(from, to).front()];
    const bool is_a = cable.at(link::End::a).node == &topology.node(from);
    return cable.cable.impairments(is_a ? link::End::a : link::End::b);
}

void set_words(Impairments& impairments, std::span<const std::string> words) {
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) throw std::invalid_argument{"'" + word + "': " + forms};
        const Result<void> set = lab::set_impairment_word(
            impairments, std::string_view{word}.substr(0, equals), std::string_view{word}.substr(equals + 1));
        if (!set) throw std::invalid_argument{std::string{set.error().detail()}};
    }
    lab::Topology::check(impairments);
}

std::string joined(std::span<const std::string> words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string impair(Lab& lab, const std::string& a, const std::string& b, std::span<const std::string> words) {
    const bool one_way = words.back() == "one-way";
    if (one_way) words = words.first(words.size() - 1);
    if (words.empty()) throw std::invalid_argument{forms};
    Impairments there = impairments_of(lab, a, b);
    Impairments back = impairments_of(lab, b, a);
    set_words(there, words);
    set_words(back, words);
    lab.set_one_way(a, b, there);
    if (!one_way) lab.set_one_way(b, a, back);
    return fmt::format("{} {} {}: {}", a, one_way ? ">" : "--", b, joined(words));
}

void make_as_new(Lab& lab, const lab::Connection& cable) {
    const std::string& a = cable.ends[0].node->name();
    const std::string& b = cable.ends[1].node->name();
    lab.heal(a, b);
    lab.release(a, b);
    lab.set(a, b, {});
}

}  // namespace

std::string add_fault(Lab& lab, std::span<const std::string> words) {
    if (words.size() == 2 && words[1] == "crash") {
        lab.crash(words[0]);
        return words[0] + " has crashed";
    }
    if (words.size() == 2 && words[1] == "restart") {
        lab.restart(words[0]);
        return words[0] + " starts anew";
    }
    if (words.size() < 3) throw std::invalid_argument{forms};
    const auto* action = std::ranges::find(cable_actions, words[2], &CableAction::name);
    if (action == cable_actions.end()) return impair(lab, words[0], words[1], words.subspan(2));
    if (words.size() > 3) throw std::invalid_argument{"'" + words[3] + "' is too much: " + forms};
    (lab.*action->act)(words[0], words[1]);
    return fmt::format("{} -- {}: {}", words[0], words[1], action->done);
}

std::string clear_faults(Lab& lab, std::span<const std::string> words) {
    const lab::Topology& topology = lab.world().topology();
    if (words.size() == 2) {
        make_as_new(lab, topology.cables()[topology.cables_between(words[0], words[1]).front()]);
        return fmt::format("{} -- {}: as new", words[0], words[1]);
    }
    if (!words.empty()) throw std::invalid_argument{"write two nodes, or nothing for all that there is"};
    for (const lab::Connection& cable : topology.cables()) make_as_new(lab, cable);
    for (const auto& node : topology.nodes())
        if (!node->is_on) lab.restart(node->name());
    return "all cables are as new, and every host is on";
}

Table faults_table(const Lab& lab) {
    Table table{"fault",
                "no fault: every cable is as new, and every host is on",
                {{"where", "where"}, {"what", "what"}}};
    for (const lab::Connection& cable : lab.world().topology().cables()) {
        if (cable.cable.is_cut()) table.add({cable.name(), "cut"});
        if (cable.cable.is_held()) table.add({cable.name(), "held"});
        for (const link::End from : {link::End::a, link::End::b})
            if (const std::string words = to_string(cable.cable.impairments(from)); !words.empty())
                table.add({cable.name(from), words});
    }
    for (const auto& node : lab.world().topology().nodes())
        if (!node->is_on) table.add({node->name(), "off"});
    return table;
}

}  // namespace sockeye::view
