#include "lab/file/expectation_check.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/address_text.hpp"
#include "base/nearest.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Kind = Expectation::Kind;

/// What is said in the file begins behind its quotation mark, where it has one.
Place beginning_of(const YAML::Node& text) {
    Place place = YamlReader::place(text);
    if (text.Tag() == "!") ++place.column;
    return place;
}

class Check {
public:
    Check(const TopologyFile& file, YamlReader& yaml) : file_{file}, yaml_{yaml} {
        for (const NodeSpec& node : file.nodes) names_.push_back(node.name);
    }

    void check(const Expectation& expectation) {
        if (expectation.is_of_the_run()) return;
        if (!expectation.host.empty()) check_host(expectation);
        if (has_target(expectation)) check_target(expectation);
    }

private:
    static bool has_target(const Expectation& expectation) {
        const Kind kind = expectation.kind;
        return !expectation.target.empty() &&
               (kind == Kind::reaches || kind == Kind::connects || kind == Kind::is_refused);
    }

    void check_host(const Expectation& expectation) {
        const NodeSpec* node = file_.node(expectation.host);
        if (node == nullptr) return no_such_node(expectation.place, expectation.host);
        if (node->kind == NodeKind::bridge)
            mistake(expectation.place, node->name + " is a bridge, which has no programs and no address");
    }

    /// A name with a dot may be one for the host's resolver.
    void check_target(const Expectation& expectation) {
        const std::string& target = expectation.target;
        const NodeSpec* node = file_.node(target);
        if (node == nullptr && target.find_first_of(".:") == std::string::npos)
            return no_such_node(expectation.target_place, target);
        if (node != nullptr && node->kind == NodeKind::bridge)
            mistake(expectation.target_place, target + " is a bridge, which has no address");
    }

    void no_such_node(Place at, std::string_view name) {
        const std::string_view meant = nearest(name, names_);
        mistake(at, "there is no node '" + shown(name) + "'" +
                        (meant.empty() ? "" : ": did you mean " + std::string{meant} + "?"));
    }

    void mistake(Place at, const std::string& words) {
        yaml_.remark(at, Remark::Weight::mistake, "expect: " + words);
    }

    const TopologyFile& file_;
    YamlReader& yaml_;
    std::vector<std::string_view> names_;
};

}  // namespace

void read_expectations(YamlReader& yaml, const YAML::Node& list, TopologyFile& file) {
    yaml.items(list, "expect", [&](const YAML::Node& item) {
        const auto text = yaml.text(item, "expect: a sentence");
        if (!text) return;
        const Place place = beginning_of(item);
        auto read = parse_expectation(*text, place);
        if (read) return file.expectations.push_back(*std::move(read));
        yaml.remark({place.line, place.column + read.error().offset}, Remark::Weight::mistake,
                    "expect: " + read.error().words);
    });
}

void check_expectations(const TopologyFile& file, YamlReader& yaml) {
    Check check{file, yaml};
    for (const Expectation& expectation : file.expectations) check.check(expectation);
}

}  // namespace sockeye::lab
