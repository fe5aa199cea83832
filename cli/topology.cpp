#include "cli/topology.hpp"

#include <fmt/format.h>

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

#include "cli/words.hpp"
#include "view/programs/programs.hpp"

namespace sockeye::cli {
namespace {

namespace fs = std::filesystem;
using lab::NodeKind;
using lab::Remark;
using lab::TopologyFile;

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

std::optional<std::string> from_environment(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

}  // namespace

Result<std::string> contents(const std::string& path) {
    if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (file.is_open() && !file.bad() && !fs::is_directory(path)) return text;
    const int error_number = fs::is_directory(path) ? EISDIR : errno;
    return std::unexpected{
        Error{Errc::not_found, "", fmt::format("{}: {}", path, std::strerror(error_number))}};
}

Result<TopologySource> open_topology(const std::string& path) {
    const Result<std::string> chosen = path.empty() ? only_file_here() : Result<std::string>{path};
    if (!chosen) return std::unexpected{chosen.error()};
    const Result<std::string> text = contents(*chosen);
    if (!text) return std::unexpected{text.error()};
    return TopologySource{*chosen == "-" ? "standard input" : *chosen, read_topology_text(*text)};
}

TopologyFile read_topology_text(std::string_view text) {
    TopologyFile file = lab::read_topology(text, from_environment);
    for (Remark& remark : view::check_programs(file)) file.remarks.push_back(std::move(remark));
    std::ranges::stable_sort(file.remarks, {}, [](const Remark& remark) {
        return std::tuple{remark.place.line, remark.place.column};
    });
    return file;
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
