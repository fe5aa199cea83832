#include "lab/file/yaml_reader.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;

std::string_view kind_of(const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Scalar: return "a text";
        case YAML::NodeType::Sequence: return "a list";
        case YAML::NodeType::Map: return "a map";
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined: break;
    }
    return "nothing";
}

std::string joined(std::string_view what, std::string_view wanted, const YAML::Node& node) {
    return std::string{what} + " is to be " + std::string{wanted} + ", not " + std::string{kind_of(node)};
}

}  // namespace

std::optional<YAML::Node> YamlReader::load(std::string_view text) {
    try {
        return YAML::Load(std::string{text});
    } catch (const YAML::Exception& failure) {
        const YAML::Mark& mark = failure.mark;
        const Place at = mark.is_null() ? Place{}
                                        : Place{static_cast<std::size_t>(mark.line) + 1,
                                                static_cast<std::size_t>(mark.column) + 1};
        remark(at, Remark::Weight::mistake, "this is no YAML: " + failure.msg);
        return std::nullopt;
    }
}

Place YamlReader::place(const YAML::Node& node) {
    const YAML::Mark mark = node.Mark();
    if (mark.is_null()) return {};
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

void YamlReader::remark(Place at, Remark::Weight weight, std::string words) {
    remarks_.push_back({at, weight, std::move(words)});
}

bool YamlReader::may_look_at(const YAML::Node& node) {
    if (++looked_at_ == most_values + 1)
        mistake(node, "the file says too much: more than " + std::to_string(most_values) +
                          " values, aliases followed");
    return looked_at_ <= most_values;
}

std::optional<std::string> YamlReader::text(const YAML::Node& node, std::string_view what) {
    if (!may_look_at(node)) return std::nullopt;
    if (node.IsScalar()) return node.Scalar();
    mistake(node, joined(what, "a text", node));
    return std::nullopt;
}

std::vector<std::string> YamlReader::texts(const YAML::Node& node, std::string_view what) {
    std::vector<std::string> found;
    const auto add = [&](const YAML::Node& item) {
        if (auto one = text(item, what)) found.push_back(*std::move(one));
    };
    if (node.IsScalar())
        add(node);
    else
        items(node, what, add);
    return found;
}

std::map<std::string, std::string> YamlReader::pairs(const YAML::Node& node, std::string_view what) {
    std::map<std::string, std::string> found;
    named(node, what, [&](const std::string& name, const YAML::Node&, const YAML::Node& value) {
        if (auto one =
                value.IsNull() ? std::optional{std::string{}} : text(value, std::string{what} + ": " + name))
            found[name] = *std::move(one);
    });
    return found;
}

void YamlReader::items(const YAML::Node& list, std::string_view what,
                       const std::function<void(const YAML::Node&)>& take) {
    if (list.IsNull() || !may_look_at(list)) return;
    if (!list.IsSequence()) return mistake(list, joined(what, "a list", list));
    for (const YAML::Node& item : list) {
        if (!may_look_at(item)) return;
        take(item);
    }
}

void YamlReader::named(const YAML::Node& map, std::string_view what,
                       const std::function<void(const std::string& name, const YAML::Node& key,
                                                const YAML::Node& value)>& take) {
    if (map.IsNull() || !may_look_at(map)) return;
    if (!map.IsMap()) return mistake(map, joined(what, "a map", map));
    std::vector<std::string> seen;
    for (const auto& entry : map) {
        const YAML::Node& key = entry.first;
        const YAML::Node& value = entry.second;
        if (!may_look_at(key)) return;
        if (!key.IsScalar()) {
            mistake(key, "a key is to be a text, not " + std::string{kind_of(key)});
            continue;
        }
        if (std::ranges::find(seen, key.Scalar()) != seen.end()) {
            mistake(key, "'" + shown(key.Scalar()) + "' stands here twice");
            continue;
        }
        seen.push_back(key.Scalar());
        take(key.Scalar(), key, value);
    }
}

void YamlReader::members(const YAML::Node& map, std::string_view what, std::span<const Member> known,
                         std::span<const std::string_view> unused) {
    named(map, what, [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
        const auto member = std::ranges::find(known, name, &Member::key);
        if (member != known.end()) return member->take(value);
        if (std::ranges::find(unused, name) != unused.end())
            return warn(key, std::string{what} + ": '" + name + "' means nothing in a lab");
        std::vector<std::string_view> keys;
        for (const Member& each : known) keys.push_back(each.key);
        const std::string_view meant = nearest(name, keys);
        mistake(key, std::string{what} + ": there is no key '" + shown(name) + "'" +
                         (meant.empty() ? "" : ": did you mean " + std::string{meant} + "?"));
    });
}

std::vector<Remark> YamlReader::take_remarks() {
    const auto in_file = [](const Remark& remark) {
        return std::tuple{remark.place.line, remark.place.column, std::string_view{remark.words}};
    };
    std::ranges::sort(remarks_, {}, in_file);
    const auto again = std::ranges::unique(remarks_, {}, in_file);
    remarks_.erase(again.begin(), again.end());
    return std::exchange(remarks_, {});
}

}  // namespace sockeye::lab
