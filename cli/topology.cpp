#include "cli/topology.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/words.hpp"
#include "lab/file/shape.hpp"
#include "view/expect/test_run.hpp"
#include "view/programs/programs.hpp"

namespace sockeye::cli {
namespace {

namespace fs = std::filesystem;
using lab::NodeKind;
using lab::Remark;
using lab::TopologyFile;

/// The one of a folder. @returns invalid_argument with a detail
Result<std::string> only_file_in(const fs::path& folder) {
    std::vector<std::string> found;
    std::error_code ignored;  // of a folder that nobody may list there is nothing to offer
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, ignored})
        if (entry.path().filename().string().ends_with(".clab.yml"))
            found.push_back(entry.path().lexically_normal().string());
    std::ranges::sort(found);
    if (found.size() == 1) return found.front();
    const std::string where = folder == "." ? "this folder" : folder.string();
    std::string why = fmt::format("no *.clab.yml is in {}: name a file", where);
    if (!found.empty())
        why = fmt::format("{} files in {} end in .clab.yml: name one, such as {}", found.size(), where,
                          found.front());
    return std::unexpected{Error{Errc::invalid_argument, "", why}};
}

std::optional<std::string> from_environment(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

Result<TopologySource> source_of_shape(const std::string& path, const std::string& shape) {
    if (!path.empty())
        return std::unexpected{Error{Errc::invalid_argument, "", "name a file or --topo, not both"}};
    const Result<std::string> text = lab::topology_of_shape(shape);
    if (!text) return std::unexpected{text.error()};
    return TopologySource{"--topo " + shape, read_topology_text(*text)};
}

}  // namespace

Result<std::string> contents(const std::string& path) {
    if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
    int error_number = fs::is_directory(path) ? EISDIR : 0;  // to read one would throw
    if (error_number == 0) {
        std::ifstream file{path, std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{file}, {}};
        if (file.is_open() && !file.bad()) return text;
        error_number = errno;
    }
    return std::unexpected{
        Error{Errc::not_found, "", fmt::format("{}: {}", path, std::strerror(error_number))}};
}

Result<TopologySource> open_topology(const std::string& path, const std::string& shape) {
    if (!shape.empty()) return source_of_shape(path, shape);
    const bool is_folder = path.empty() || fs::is_directory(path);
    const Result<std::string> chosen =
        is_folder ? only_file_in(path.empty() ? "." : path) : Result<std::string>{path};
    if (!chosen) return std::unexpected{chosen.error()};
    const Result<std::string> text = contents(*chosen);
    if (!text) return std::unexpected{text.error()};
    return TopologySource{*chosen == "-" ? "standard input" : *chosen, read_topology_text(*text)};
}

TopologyFile read_topology_text(std::string_view text) {
    TopologyFile file = lab::read_topology(text, from_environment);
    for (Remark& remark : view::check_programs(file)) file.remarks.push_back(std::move(remark));
    for (Remark& remark : view::check_expectations(file)) file.remarks.push_back(std::move(remark));
    std::ranges::stable_sort(file.remarks, {}, [](const Remark& remark) {
        return std::tuple{remark.place.line, remark.place.column};
    });
    return file;
}

void add_topology(CLI::App& command, std::string& file, std::string& shape) {
    command.add_option("FILE", file, "a topology, or a folder with one *.clab.yml (this one)");
    add_topo(command, shape);
}

void add_topo(CLI::App& command, std::string& shape) {
    const auto set = [&shape](const std::string& text) {
        const Result<std::string> made = lab::topology_of_shape(text);
        if (!made) throw CLI::ValidationError{"--topo", std::string{made.error().detail()}};
        shape = text;
    };
    command
        .add_option_function<std::string>("--topo", set,
                                          "a topology without a file: tree,DEPTH,FANOUT\n(as in Mininet), "
                                          "single,N or linear,N")
        ->type_name("SHAPE");
}

void add_faults(CLI::App& command, std::string& file) {
    command.add_option("--faults", file, "what goes wrong, and when: a file of cuts, losses, crashes …")
        ->type_name("FILE");
}

std::optional<std::vector<lab::Fault>> open_faults(std::string_view verb, const std::string& path,
                                                   const TopologyFile& topology) {
    if (path.empty()) return std::vector<lab::Fault>{};
    const Result<std::string> text = contents(path);
    if (!text) {
        (void)fail(verb, Exit::other, text.error().detail());
        return std::nullopt;
    }
    lab::FaultsFile file = lab::read_faults(*text, topology);
    for (const Remark& remark : file.remarks) say(remark.to_string(path));
    if (file.has_mistakes()) return std::nullopt;
    return std::move(file.faults);
}

bool say_remarks(const TopologySource& source) {
    for (const Remark& remark : source.topology.remarks) say(remark.to_string(source.path));
    return !source.topology.has_mistakes();
}

std::string summary(const TopologyFile& file) {
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
    return fmt::format("{}: {}{}, {}", file.name, counted(file.nodes.size(), "node", "nodes"),
                       kinds.empty() ? "" : " (" + kinds + ")",
                       counted(file.links.size(), "cable", "cables"));
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

}  // namespace sockeye::cli
