#include "lab/file/faults_file.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/quantity.hpp"
#include "lab/file/cable_words.hpp"
#include "lab/file/yaml_reader.hpp"
#include "lab/world.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Kind = Fault::Kind;
using Member = YamlReader::Member;

constexpr std::size_t most_octets = std::size_t{4} << 20;

struct KindName {
    std::string_view name;
    Kind kind;
};
constexpr std::array kinds{KindName{"cut", Kind::cut},       KindName{"hold", Kind::hold},
                           KindName{"impair", Kind::impair}, KindName{"partition", Kind::partition},
                           KindName{"crash", Kind::crash},   KindName{"restart", Kind::restart}};

bool is_of_a_cable(Kind kind) {
    return kind == Kind::cut || kind == Kind::hold || kind == Kind::impair;
}

class FaultReader {
public:
    FaultReader(YamlReader& yaml, const TopologyFile& topology, const YAML::Node& item)
        : yaml_{yaml}, topology_{topology}, item_{item} {
        fault_.place = YamlReader::place(item);
    }

    std::optional<Fault> read() {
        std::vector<Member> known{
            Member{"do", [&](const YAML::Node& value) { read_kind(value); }},
            Member{"on", [&](const YAML::Node& value) { fault_.on = yaml_.texts(value, "fault: on"); }},
            Member{"between", [&](const YAML::Node& value) { read_groups(value); }},
            Member{"one-way", [&](const YAML::Node& value) { read_one_way(value); }},
            Member{"at", [&](const YAML::Node& value) { fault_.at = duration(value, "at").value_or(0s); }},
            Member{"for", [&](const YAML::Node& value) { fault_.lasts = duration(value, "for"); }},
            Member{"every", [&](const YAML::Node& value) { fault_.every = duration(value, "every"); }},
            Member{"until", [&](const YAML::Node& value) { fault_.until = duration(value, "until"); }}};
        for (const std::string_view word : impairment_words())
            known.push_back({word, [this, word](const YAML::Node& value) { read_impairment(word, value); }});
        yaml_.members(item_, "fault", known);
        if (!is_told_) return refuse("write do: cut, hold, impair, partition, crash or restart");
        if (!has_kind_ || !check_whom() || !check_times()) return std::nullopt;
        return std::move(fault_);
    }

private:
    std::optional<Fault> refuse(const std::string& words) {
        yaml_.mistake(item_, "fault: " + words);
        return std::nullopt;
    }
    bool is_wrong(const std::string& words) {
        yaml_.mistake(item_,
                      std::string{"fault: "} + std::string{lab::to_string(fault_.kind)} + ": " + words);
        return false;
    }

    void read_kind(const YAML::Node& value) {
        is_told_ = true;
        const auto text = yaml_.text(value, "fault: do");
        if (!text) return;
        const auto* found = std::ranges::find(kinds, *text, &KindName::name);
        if (found != kinds.end()) {
            fault_.kind = found->kind;
            has_kind_ = true;
            return;
        }
        std::vector<std::string_view> names;
        names.reserve(kinds.size());
        for (const KindName& each : kinds) names.push_back(each.name);
        const std::string_view meant = nearest(*text, names);
        yaml_.mistake(value, "fault: there is no '" + shown(*text) + "'" +
                                 (meant.empty() ? "" : ": did you mean " + std::string{meant} + "?"));
    }

    void read_groups(const YAML::Node& value) {
        std::size_t group = 0;
        yaml_.items(value, "fault: between", [&](const YAML::Node& names) {
            if (group == 2) return yaml_.mistake(names, "fault: between: there are two sides");
            fault_.groups[group++] = yaml_.texts(names, "fault: between");
        });
    }

    void read_one_way(const YAML::Node& value) {
        const auto text = yaml_.text(value, "fault: one-way");
        if (!text) return;
        if (*text != "true" && *text != "false")
            return yaml_.mistake(value, "fault: one-way: '" + shown(*text) + "' is neither true nor false");
        fault_.one_way = *text == "true";
    }

    std::optional<Duration> duration(const YAML::Node& value, const std::string& what) {
        const auto text = yaml_.text(value, "fault: " + what);
        if (!text) return std::nullopt;
        const Result<Duration> parsed = parse_duration(*text);
        if (parsed) return *parsed;
        yaml_.mistake(value, "fault: " + what + ": " + std::string{parsed.error().detail()});
        return std::nullopt;
    }

    void read_impairment(std::string_view word, const YAML::Node& value) {
        has_impairments_ = true;
        const auto text = yaml_.text(value, "fault: " + std::string{word});
        if (!text) return;
        if (const Result<void> set = set_impairment_word(fault_.impairments, word, *text); !set)
            yaml_.mistake(value, "fault: " + std::string{set.error().detail()});
    }

    bool check_whom() {
        if (fault_.kind == Kind::partition) return check_groups();
        if (!is_of_a_cable(fault_.kind)) return check_host();
        if (fault_.on.size() != 2) return is_wrong("write the two ends of a cable, such as on: [alice, sw1]");
        if (!are_known(fault_.on)) return false;
        if (!has_cable(fault_.on[0], fault_.on[1]))
            return is_wrong("no cable joins " + fault_.on[0] + " and " + fault_.on[1]);
        if (fault_.kind == Kind::impair && !has_impairments_)
            return is_wrong("write what to do to frames, such as loss: 10%");
        if (fault_.kind != Kind::impair && (has_impairments_ || fault_.one_way))
            return is_wrong("only impair takes loss, delay and their like, and one-way");
        const std::string wrong = mistake_in(fault_.impairments);
        return wrong.empty() || is_wrong(wrong);
    }

    bool check_groups() {
        for (const std::vector<std::string>& group : fault_.groups) {
            if (group.empty()) return is_wrong("write its two sides, such as between: [[alice], [web]]");
            if (!are_known(group)) return false;
        }
        return true;
    }

    bool check_host() {
        if (fault_.on.size() != 1) return is_wrong("write one host, such as on: web");
        if (!are_known(fault_.on)) return false;
        if (topology_.node(fault_.on[0])->kind == NodeKind::bridge)
            return is_wrong(fault_.on[0] + " is a bridge: cut its cables instead");
        if (fault_.kind == Kind::restart && fault_.lasts)
            return is_wrong("it is over at once: leave out for");
        return true;
    }

    bool are_known(const std::vector<std::string>& names) {
        std::vector<std::string_view> known;
        known.reserve(topology_.nodes.size());
        for (const NodeSpec& node : topology_.nodes) known.push_back(node.name);
        for (const std::string& name : names) {
            if (topology_.node(name) != nullptr) continue;
            const std::string_view meant = nearest(name, known);
            return is_wrong("there is no node '" + shown(name) + "'" +
                            (meant.empty() ? "" : ": did you mean " + std::string{meant} + "?"));
        }
        return true;
    }

    bool has_cable(const std::string& a, const std::string& b) const {
        return std::ranges::any_of(topology_.links, [&](const LinkSpec& link) {
            const std::string& one = link.ends[0].node;
            const std::string& other = link.ends[1].node;
            return (one == a && other == b) || (one == b && other == a);
        });
    }

    /// "until" without "every" is when it is over.
    bool check_times() {
        if (fault_.every && *fault_.every <= Duration::zero())
            return is_wrong("every: write a time, such as 10s");
        if (fault_.until && *fault_.until <= fault_.at) return is_wrong("until: that is not after at");
        if (fault_.until && !fault_.every) {
            if (fault_.lasts) return is_wrong("write until or for, not both");
            if (fault_.kind == Kind::restart) return is_wrong("it is over at once: leave out until");
            fault_.lasts = *std::exchange(fault_.until, std::nullopt) - fault_.at;
        }
        if (fault_.lasts && *fault_.lasts <= Duration::zero())
            return is_wrong("for: write a time, such as 3s");
        if (fault_.every && fault_.kind != Kind::restart && (!fault_.lasts || *fault_.lasts >= *fault_.every))
            return is_wrong("write for how long each time, less than every");
        return true;
    }

    YamlReader& yaml_;
    const TopologyFile& topology_;
    const YAML::Node& item_;
    Fault fault_;
    bool is_told_ = false;  ///< what to do, rightly or not
    bool has_kind_ = false;
    bool has_impairments_ = false;
};

/// One direction of one cable as it was before it was impaired.
struct Before {
    std::uint32_t cable;
    link::End from;
    Impairments impairments;
};

void impair(Lab& lab, const Fault& fault, std::vector<Before>& before) {
    Topology& topology = lab.world().topology();
    const Node& first = topology.node(fault.on[0]);
    for (const std::uint32_t cable : topology.cables_between(fault.on[0], fault.on[1]))
        for (const link::End from : {link::End::a, link::End::b}) {
            if (fault.one_way && topology.cables()[cable].at(from).node != &first) continue;
            before.push_back({cable, from, topology.cables()[cable].cable.impairments(from)});
            lab.world().impair(cable, from, fault.impairments);
        }
}

/// A fault and, while it lasts, what has to be put back.
class Scheduled {
public:
    Scheduled(Lab& lab, Fault fault) : lab_{lab}, fault_{std::move(fault)} {}

    const Fault& fault() const { return fault_; }

    void begin() {
        switch (fault_.kind) {
            case Kind::cut: return lab_.cut(fault_.on[0], fault_.on[1]);
            case Kind::hold: return lab_.hold(fault_.on[0], fault_.on[1]);
            case Kind::impair: return impair(lab_, fault_, before_);
            case Kind::partition: return lab_.partition(fault_.groups[0], fault_.groups[1]);
            case Kind::crash: return lab_.crash(fault_.on[0]);
            case Kind::restart: return lab_.restart(fault_.on[0]);
        }
    }

    void end() {
        switch (fault_.kind) {
            case Kind::cut: return lab_.heal(fault_.on[0], fault_.on[1]);
            case Kind::hold: return lab_.release(fault_.on[0], fault_.on[1]);
            case Kind::impair:
                for (const Before& each : std::exchange(before_, {}))
                    lab_.world().impair(each.cable, each.from, each.impairments);
                return;
            case Kind::partition: return lab_.heal_partition(fault_.groups[0], fault_.groups[1]);
            case Kind::crash: return lab_.restart(fault_.on[0]);
            case Kind::restart: return;
        }
    }

private:
    Lab& lab_;
    Fault fault_;
    std::vector<Before> before_;
};

void begin_and_end(Lab& lab, const std::shared_ptr<Scheduled>& scheduled) {
    scheduled->begin();
    if (scheduled->fault().lasts)
        lab.world().at(lab.now() + *scheduled->fault().lasts, [scheduled] { scheduled->end(); });
}

}  // namespace

std::string_view to_string(Fault::Kind kind) {
    return std::ranges::find(kinds, kind, &KindName::kind)->name;
}

std::string Fault::to_string() const {
    std::string text{lab::to_string(kind)};
    const auto append_names = [&text](const std::vector<std::string>& names, std::string_view between) {
        for (std::size_t i = 0; i < names.size(); ++i) text.append(i == 0 ? " " : between).append(names[i]);
    };
    if (kind != Kind::partition) append_names(on, one_way ? " > " : " -- ");
    if (kind == Kind::partition) {
        append_names(groups[0], ", ");
        text += " |";
        append_names(groups[1], ", ");
    }
    if (kind == Kind::impair) text += " " + sockeye::to_string(impairments);
    return text;
}

bool FaultsFile::has_mistakes() const {
    return std::ranges::find(remarks, Remark::Weight::mistake, &Remark::weight) != remarks.end();
}

FaultsFile read_faults(std::string_view text, const TopologyFile& topology) {
    FaultsFile file;
    YamlReader yaml;
    if (text.size() > most_octets) {
        yaml.remark({}, Remark::Weight::mistake, "the file has more than 4 MiB");
    } else if (const std::optional<YAML::Node> root = yaml.load(text)) {
        const std::array known{Member{"faults", [&](const YAML::Node& list) {
                                          yaml.items(list, "faults", [&](const YAML::Node& item) {
                                              if (auto fault = FaultReader{yaml, topology, item}.read())
                                                  file.faults.push_back(*std::move(fault));
                                          });
                                      }}};
        if (!root->IsMap())
            yaml.mistake(*root, "the file is to be a map with faults");
        else
            yaml.members(*root, "the file", known);
    }
    file.remarks = yaml.take_remarks();
    return file;
}

void schedule(Lab& lab, const std::vector<Fault>& faults) {
    lab.world().sources().faults = to_yaml(faults);
    for (const Fault& fault : faults) {
        const auto scheduled = std::make_shared<Scheduled>(lab, fault);
        lab.at(fault.at, [&lab, scheduled] {
            begin_and_end(lab, scheduled);
            const Fault& own = scheduled->fault();
            if (own.every)
                lab.every(
                    *own.every, [&lab, scheduled] { begin_and_end(lab, scheduled); },
                    own.until.value_or(Duration::max()));
        });
    }
}

}  // namespace sockeye::lab
