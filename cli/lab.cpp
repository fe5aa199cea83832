// sockeye lab: what a topology file holds, and what happens in it.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/lab_expect.hpp"
#include "cli/lab_explore.hpp"
#include "cli/lab_live.hpp"
#include "cli/lab_recording.hpp"
#include "cli/lab_stream.hpp"
#include "cli/lab_up.hpp"
#include "cli/part.hpp"
#include "cli/topology.hpp"
#include "cli/words.hpp"
#include "view/graph.hpp"

namespace sockeye::cli {
namespace {

using lab::Remark;
using lab::TopologyFile;

constexpr const char* group_examples = R"(Examples:
  sockeye lab up office.clab.yml         put it up, and show what happens
  sockeye lab check office.clab.yml      what it holds, and what is wrong in it
  sockeye lab graph office.clab.yml      a drawing, for Graphviz or Mermaid
  sockeye lab test office.clab.yml --junit results.xml
                                         whether what it expects comes true
  sockeye lab up --topo tree,2,3         a topology without a file
  sockeye lab check --help               more on one of them

A topology file is containerlab's YAML: nodes, kinds, groups, defaults, links.)";

constexpr const char* check_examples = R"(Examples:
  sockeye lab check office.clab.yml
  sockeye lab check                      the one *.clab.yml of this folder
  sockeye lab check office.clab.yml --json
  sockeye lab check --topo tree,3,10

A mistake stands there with file, line and column, as compilers write them; exit
code 1 says that there is one. What a file says that means nothing in a lab (an
image, a volume) is a warning.)";

constexpr const char* graph_examples = R"(Examples:
  sockeye lab graph office.clab.yml | dot -Tsvg > office.svg
  sockeye lab graph office.clab.yml --mermaid)";

struct Options {
    std::string file;
    std::string topo;  ///< a shape instead of a file
    bool mermaid = false;
    bool json = false;
};

/// What `use` makes of the file that is named, or of the only one.
template <class Use>
int with_file(std::string_view verb, const Options& options, Use use) {
    const Result<TopologySource> source = open_topology(options.file, options.topo);
    if (!source) return fail(verb, Exit::other, source.error().detail());
    return use(source->path, source->topology);
}

std::string remark_line(const Remark& remark, const std::string& path, bool json) {
    if (!json) return remark.to_string(path) + "\n";
    return json_line({{"kind", remark.weight == Remark::Weight::mistake ? "mistake" : "warning"},
                      {"file", path},
                      {"line", remark.place.line},
                      {"column", remark.place.column},
                      {"words", remark.words}});
}

std::string summary_with_remarks(const TopologyFile& file, std::size_t warnings, std::size_t mistakes) {
    std::string text = summary(file);
    if (mistakes > 0) text += "; " + counted(mistakes, "mistake", "mistakes");
    if (warnings > 0) text += "; " + counted(warnings, "warning", "warnings");
    return text + "\n";
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
        tell(text + (options.json ? summary_line(file, warnings, mistakes)
                                  : summary_with_remarks(file, warnings, mistakes)));
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
    CLI::App* group = add_group(command, "lab", "networks in a box, from a topology file", group_examples);
    const auto options = std::make_shared<Options>();
    const auto file = [&](CLI::App* part) {
        add_topology(*part, options->file, options->topo);
        return part;
    };
    file(add_part(*group, chosen, {"check", "say what is wrong in a file, and where", check_examples},
                  options, check));
    file(add_part(*group, chosen, {"graph", "draw a topology, for Graphviz or Mermaid", graph_examples},
                  options, graph))
        ->add_flag("--mermaid", options->mermaid, "for Mermaid, as in a Markdown page, and not for Graphviz");
    add_lab_up(*group, chosen);
    add_lab_test(*group, chosen);
    add_lab_explore(*group, chosen);
    add_live_verbs(*group, chosen);
    add_stream_verbs(*group, chosen);
    add_recording_verbs(*group, chosen);
}

}  // namespace sockeye::cli
