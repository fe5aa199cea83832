// YAML with remarks: what is read, and what is wrong with it, with its place in the file.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/file/topology_file.hpp"

namespace sockeye::lab {

/// Each function tells a mistake where the file does not hold what was asked for, and then returns nothing.
class YamlReader {
public:
    /// Values of one file that are looked at; an alias counts each time it is followed, which ends those that
    /// stand for billions.
    static constexpr std::size_t most_values = 200'000;

    /// @returns nothing where it is no YAML, which is then a mistake
    std::optional<YAML::Node> load(std::string_view text);

    void warn(const YAML::Node& at, std::string words) {
        remark(place(at), Remark::Weight::warning, std::move(words));
    }
    void mistake(const YAML::Node& at, std::string words) {
        remark(place(at), Remark::Weight::mistake, std::move(words));
    }
    void remark(Place at, Remark::Weight weight, std::string words);
    static Place place(const YAML::Node& node);

    /// @param what  what it is the value of: "node alice: group"
    std::optional<std::string> text(const YAML::Node& node, std::string_view what);
    /// A list of texts; a text alone is a list of one, and null an empty one.
    std::vector<std::string> texts(const YAML::Node& node, std::string_view what);
    std::map<std::string, std::string> pairs(const YAML::Node& node, std::string_view what);
    /// One after the other.
    void items(const YAML::Node& list, std::string_view what,
               const std::function<void(const YAML::Node&)>& take);

    struct Member {
        std::string_view key;
        std::function<void(const YAML::Node& value)> take;
    };
    /// A map's values, in the order of the file; null is an empty map.
    /// @param unused  keys that mean nothing here, which is said once for each
    void members(const YAML::Node& map, std::string_view what, std::span<const Member> known,
                 std::span<const std::string_view> unused = {});
    /// The same for a map whose keys are names.
    void named(const YAML::Node& map, std::string_view what,
               const std::function<void(const std::string& name, const YAML::Node& key,
                                        const YAML::Node& value)>& take);

    /// In the order of the file, each once.
    std::vector<Remark> take_remarks();

private:
    bool may_look_at(const YAML::Node& node);

    std::vector<Remark> remarks_;
    std::size_t looked_at_ = 0;
};

}  // namespace sockeye::lab
