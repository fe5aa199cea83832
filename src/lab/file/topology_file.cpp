#include "lab/file/topology_file.hpp"

#include <algorithm>
#include <utility>

#include "base/address_text.hpp"
#include "lab/file/expand.hpp"
#include "lab/file/expectation_check.hpp"
#include "lab/file/link_reader.hpp"
#include "lab/file/node_reader.hpp"
#include "lab/file/topology_check.hpp"
#include "lab/file/yaml_reader.hpp"

namespace sockeye::lab {
namespace {

constexpr std::size_t most_octets = std::size_t{4} << 20;

using Member = YamlReader::Member;

/// A name is part of others: of a card's, a cable's, a file's.
bool is_name(std::string_view text) {
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || address_text::is_digit(c) || c == '-' ||
               c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, belongs);
}

void read_nodes(YamlReader& yaml, const YAML::Node& topology, const Templates& templates,
                TopologyFile& file) {
    yaml.named(topology["nodes"], "nodes",
               [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
                   if (!is_name(name))
                       return yaml.mistake(
                           key, "'" + address_text::shown(name) +
                                    "' is no name: write up to 64 letters, digits, '-', '_' and '.'");
                   file.nodes.push_back(read_node(yaml, name, key, value, templates));
               });
}

void read_topology_map(YamlReader& yaml, const YAML::Node& topology, TopologyFile& file) {
    Templates templates;
    const auto keep = [](YAML::Node& kept) {
        return [&kept](const YAML::Node& value) { kept.reset(value); };
    };
    const auto later = [](const YAML::Node&) {};
    const std::array<Member, 5> known{
        Member{"defaults", keep(templates.defaults)}, Member{"kinds", keep(templates.kinds)},
        Member{"groups", keep(templates.groups)}, Member{"nodes", later}, Member{"links", later}};
    yaml.members(topology, "topology", known);
    if (!topology.IsMap()) return;
    if (!topology["nodes"].IsDefined()) yaml.mistake(topology, "topology: there are no nodes");
    if (topology["nodes"].IsDefined()) read_nodes(yaml, topology, templates, file);
    if (topology["links"].IsDefined())
        yaml.items(topology["links"], "links", [&](const YAML::Node& link) {
            if (auto read = read_link(yaml, link)) file.links.push_back(*std::move(read));
        });
}

void read_file(YamlReader& yaml, const YAML::Node& root, TopologyFile& file) {
    if (!root.IsMap()) return yaml.mistake(root, "the file is to be a map with a name and a topology");
    static constexpr std::array<std::string_view, 3> unused{"mgmt", "settings", "debug"};
    const YAML::Node* topology = nullptr;
    YAML::Node found;
    const std::array<Member, 4> known{
        Member{"name",
               [&](const YAML::Node& value) {
                   file.name = yaml.text(value, "name").value_or("");
                   if (!is_name(file.name))
                       yaml.mistake(value,
                                    "'" + address_text::shown(file.name) +
                                        "' is no name: write up to 64 letters, digits, '-', '_' and '.'");
               }},
        Member{"prefix", [](const YAML::Node&) {}},  // of containers, which there are none of
        Member{"topology",
               [&](const YAML::Node& value) {
                   found.reset(value);
                   topology = &found;
               }},
        Member{"expect", [&](const YAML::Node& value) { read_expectations(yaml, value, file); }}};
    yaml.members(root, "the file", known, unused);
    if (!root["name"].IsDefined()) yaml.mistake(root, "the lab has no name: write name: office");
    if (topology == nullptr) return yaml.mistake(root, "there is no topology");
    read_topology_map(yaml, *topology, file);
}

}  // namespace

std::string Remark::to_string(std::string_view file) const {
    return std::string{file} + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
           (weight == Weight::warning ? "warning: " : "") + words;
}

std::string_view to_string(NodeKind kind) {
    constexpr std::array<std::string_view, 6> names{"host", "bridge", "router", "nat", "dhcp", "dns"};
    return names[static_cast<std::size_t>(kind)];
}

bool TopologyFile::has_mistakes() const {
    return std::ranges::find(remarks, Remark::Weight::mistake, &Remark::weight) != remarks.end();
}

const NodeSpec* TopologyFile::node(std::string_view wanted) const {
    const auto found = std::ranges::find(nodes, wanted, &NodeSpec::name);
    return found == nodes.end() ? nullptr : &*found;
}

TopologyFile read_topology(std::string_view text, const Environment& environment) {
    TopologyFile file;
    YamlReader yaml;
    std::vector<Remark> unset;
    if (text.size() > most_octets) {
        yaml.remark({}, Remark::Weight::mistake, "the file has more than 4 MiB");
    } else {
        file.text = environment ? expand(text, environment, unset) : std::string{text};
        const std::optional<YAML::Node> root = yaml.load(file.text);
        for (Remark& remark : unset) yaml.remark(remark.place, remark.weight, std::move(remark.words));
        if (root) read_file(yaml, *root, file);
    }
    check_topology(file, yaml);
    check_expectations(file, yaml);
    file.remarks = yaml.take_remarks();
    return file;
}

}  // namespace sockeye::lab
