// sockeye lab check|graph: what a topology file holds.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/lab_live.hpp"
#include "cli/part.hpp"
#include "cli/words.hpp"
#include "lab/file/topology_file.hpp"
#include "view/graph.hpp"

namespace sockeye::cli {
namespace {

namespace fs = std::filesystem;
using lab::NodeKind;
using lab::Remark;
using lab::TopologyFile;

constexpr const char* group_examples = R"(Examples:
  sockeye lab check office.clab.yml      what it holds, and what is wrong in it
  sockeye lab graph office.clab.yml      a drawing, for Graphviz or Mermaid
  sockeye lab check --help               more on one of them

A topology file is containerlab's YAML: nodes, kinds, groups, defaults, links.)";

constexpr const char* check_examples = R"(Examples:
  sockeye lab check office.clab.yml
  sockeye lab check                      the one *.clab.yml of this folder
  sockeye lab check office.clab.yml --json

A mistake stands there with file, line and column, as compilers write them; exit
code 1 says that there is one. What a file says that means nothing in a lab (an
image, a volume) is a warning.)";

constexpr const char* graph_examples = R"(Examples:
  sockeye lab graph office.clab.yml | dot -Tsvg > office.svg
  sockeye lab graph office.clab.yml --mermaid)";

struct Options {
    std::string file;
    bool mermaid = false;
    bool json = false;
};

/// The one of this folder. @returns invalid_argument with a detail
Result<std::string> only_file_here() {
    std::vector<std::string> found;
    std::error_code ignored;  // of a folder that nobody may list there is nothing to offer
    for (const fs::directory_entry& entry : fs::directory_iterator{".", ignored})
        if (entry.path().filename().string().ends_with(".clab.yml"))
            found.push_back(entry.path().filename().string());
    std::ranges::sort(found);
    if (found.size() == 1) return found.front();
    std::string why = "no *.clab.yml is in this folder: name a file";
    if (!found.empty())
        why =
            fmt::format("{} files here end in .clab.yml: name one, such as {}", found.size(), found.front());
    return std::unexpected{Error{Errc::invalid_argument, "", why}};
}

Result<std::string> contents(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (file.is_open() && !file.bad() && !fs::is_directory(path)) return text;
    const int error_number = fs::is_directory(path) ? EISDIR : errno;
    return std::unexpected{
        Error{Errc::not_found, "", fmt::format("{}: {}", path, std::strerror(error_number))}};
}

std::optional<std::string> from_environment(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

/// What `use` makes of the file that is named, or of the only one.
template <class Use>
int with_file(std::string_view verb, const Options& options, Use use) {
    const Result<std::string> path =
        options.file.empty() ? only_file_here() : Result<std::string>{options.file};
    if (!path) return fail(verb, Exit::other, path.error().detail());
    const Result<std::string> text = contents(*path);
    if (!text) return fail(verb, Exit::other, text.error().detail());
    return use(*path, lab::read_topology(*text, from_environment));
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

/// "office: 12 nodes (9 hosts, 2 bridges, 1 nat), 13 cables; 1 warning"
std::string summary(const TopologyFile& file, std::size_t warnings, std::size_t mistakes) {
    std::string kinds;
    for (const NodeKind kind :
         {NodeKind::host, NodeKind::bridge, NodeKind::router, NodeKind::nat, NodeKind::dhcp, NodeKind::dns}) {
        const auto number =
            static_cast<std::size_t>(std::ranges::count(file.nodes, kind, &lab::NodeSpec::kind));
        if (number == 0) continue;
        const std::string name{lab::to_string(kind)};
        const bool has_plural =
            kind == NodeKind::host || kind == NodeKind::bridge || kind == NodeKind::router;
        kinds += (kinds.empty() ? "" : ", ") + counted(number, name, has_plural ? name + "s" : name);
    }
    std::string text =
        fmt::format("{}: {}{}, {}", file.name, counted(file.nodes.size(), "node", "nodes"),
                    kinds.empty() ? "" : " (" + kinds + ")", counted(file.links.size(), "cable", "cables"));
    if (mistakes > 0) text += "; " + counted(mistakes, "mistake", "mistakes");
    if (warnings > 0) text += "; " + counted(warnings, "warning", "warnings");
    return text + "\n";
}

std::string remark_line(const Remark& remark, const std::string& path, bool json) {
    if (!json) return remark.to_string(path) + "\n";
    return json_line({{"kind", remark.weight == Remark::Weight::mistake ? "mistake" : "warning"},
                      {"file", path},
                      {"line", remark.place.line},
                      {"column", remark.place.column},
                      {"words", remark.words}});
}

std::string summary_line(const TopologyFile& file, std::size_t warnings, std::size_t mistakes) {
    return json_line({{"kind", "topology"},
                      {"name", file.name},
                      {"nodes", file.nodes.size()},
                      {"cables", file.links.size()},
                      {"mistakes", mistakes},
                      {"warnings", warnings}});
}

int check(const Options& options) {
    return with_file("lab check", options, [&](const std::string& path, const TopologyFile& file) {
        std::string text;
        for (const Remark& remark : file.remarks) text += remark_line(remark, path, options.json);
        const auto mistakes = static_cast<std::size_t>(
            std::ranges::count(file.remarks, Remark::Weight::mistake, &Remark::weight));
        const std::size_t warnings = file.remarks.size() - mistakes;
        tell(text +
             (options.json ? summary_line(file, warnings, mistakes) : summary(file, warnings, mistakes)));
        return static_cast<int>(mistakes == 0 ? Exit::ok : Exit::other);
    });
}

int graph(const Options& options) {
    return with_file("lab graph", options, [&](const std::string& path, const TopologyFile& file) {
        if (file.has_mistakes()) {
            for (const Remark& remark : file.remarks)
                if (remark.weight == Remark::Weight::mistake) say(remark.to_string(path));
            return static_cast<int>(Exit::other);
        }
        const std::string drawing = options.mermaid ? view::to_mermaid(file) : view::to_dot(file);
        tell(options.json ? json_line({{"kind", "graph"},
                                       {"language", options.mermaid ? "mermaid" : "dot"},
                                       {"text", drawing}})
                          : drawing);
        return static_cast<int>(Exit::ok);
    });
}

}  // namespace

void add_lab(CLI::App& command, Action& chosen) {
    CLI::App* group = add_group(command, "lab", "topology files: what they hold, and what is wrong in them",
                                group_examples);
    const auto options = std::make_shared<Options>();
    const auto file = [&](CLI::App* part) {
        part->add_option("FILE", options->file, "a topology; if none is named, this folder's one *.clab.yml");
        return part;
    };
    file(add_part(*group, chosen, {"check", "say what is wrong in a file, and where", check_examples},
                  options, check));
    file(add_part(*group, chosen, {"graph", "draw a topology, for Graphviz or Mermaid", graph_examples},
                  options, graph))
        ->add_flag("--mermaid", options->mermaid, "for Mermaid, as in a Markdown page, and not for Graphviz");
    add_live_verbs(*group, chosen);
}

}  // namespace sockeye::cli
