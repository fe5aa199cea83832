// sockeye port info|name: what a port number is for, and which port a service has.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/port_class.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/part.hpp"
#include "cli/table.hpp"
#include "cli/words.hpp"
#include "socket/kernel/services.hpp"

namespace sockeye::cli {
namespace {

using kernel::Service;

constexpr const char* group_examples = R"(Examples:
  sockeye port info 80 3306 50000     class and service of each
  sockeye port name ssh http domain   number and protocol of each)";

constexpr const char* info_examples = R"(Examples:
  sockeye port info 80 3306 50000
  sockeye port info 53 --json

Classes are those of RFC 6335: system 0-1023, registered 1024-49151, dynamic
49152-65535. Linux picks a port for a program that asks for none from a range of
its own, shown here as "ephemeral". Names come from the system's /etc/services.)";

constexpr const char* name_examples = R"(Examples:
  sockeye port name ftp tftp telnet smtp domain http ssh mysql
  sockeye port name www --json        an alias

Names come from the system's /etc/services, where DNS is called "domain".)";

struct Options {
    std::vector<std::string> words;
    bool json = false;
};

Json to_json(const PortRange& range) {
    return {{"first", range.first}, {"last", range.last}};
}

// --- info -----------------------------------------------------------------------------------------

constexpr std::string_view info_verb = "port info";

struct Info {
    std::uint16_t port;
    PortClass port_class;
    bool is_ephemeral;
    std::vector<Service> services;
};

std::string to_json(const Info& info, const std::optional<PortRange>& ephemeral) {
    Json services = Json::array();
    for (const Service& service : info.services)
        services.push_back(
            {{"name", service.name}, {"protocol", service.protocol}, {"aliases", service.aliases}});
    return json_line({{"kind", "port"},
                      {"port", info.port},
                      {"class", info.port_class.name},
                      {"range", to_json(info.port_class.range)},
                      {"ephemeral", info.is_ephemeral},
                      {"ephemeral_range", ephemeral ? to_json(*ephemeral) : Json{}},
                      {"services", services}});
}

/// "http/tcp (www), …"; "-" where there is none.
std::string names_of(const std::vector<Service>& services) {
    std::string text;
    for (const Service& service : services) {
        text += fmt::format("{}{}/{}", text.empty() ? "" : ", ", service.name, service.protocol);
        if (!service.aliases.empty()) text += fmt::format(" ({})", fmt::join(service.aliases, ", "));
    }
    return text.empty() ? "-" : text;
}

std::string to_text(const std::vector<Info>& infos, const std::optional<PortRange>& ephemeral) {
    std::vector<Row> rows{{"port", "class", "range", "Linux", "service"}};
    for (const Info& info : infos) {
        const PortRange& range = info.port_class.range;
        rows.push_back({std::to_string(info.port), std::string{info.port_class.name},
                        fmt::format("{}-{}", range.first, range.last), info.is_ephemeral ? "ephemeral" : "-",
                        names_of(info.services)});
    }
    std::string text = table(rows);
    if (ephemeral) text += fmt::format("Linux picks from {}-{}.\n", ephemeral->first, ephemeral->last);
    return text;
}

/// @returns 2 once the mistake is told
int refuse_number(const std::string& word) {
    const std::string shown = address_text::shown(word);
    const bool is_number = !word.empty() && std::ranges::all_of(word, address_text::is_digit);
    return fail_usage(info_verb,
                      is_number ? fmt::format("{} is no port: write 0 to 65535, without leading zeros", shown)
                                : fmt::format("'{}' is no port number: for a name, write "
                                              "sockeye port name {}",
                                              shown, shown));
}

int info(const Options& options) {
    const std::optional<PortRange> ephemeral = kernel::ephemeral_ports();
    std::vector<Info> infos;
    for (const std::string& word : options.words) {
        const auto number = address_text::parse_number(word, 65535);
        if (!number) return refuse_number(word);
        const auto port = static_cast<std::uint16_t>(*number);
        infos.push_back(
            {port, port_class(port), ephemeral && ephemeral->contains(port), kernel::services_at(port)});
    }
    if (options.json)
        for (const Info& one : infos) tell(to_json(one, ephemeral));
    else
        tell(to_text(infos, ephemeral));
    return static_cast<int>(Exit::ok);
}

// --- name -----------------------------------------------------------------------------------------

constexpr std::string_view name_verb = "port name";

/// What people call a service that the database has under another name.
struct Known {
    std::string_view as;
    std::string_view name;
};
constexpr std::array known{
    Known{"dns", "domain"},          Known{"mail", "smtp"},   Known{"web", "http"},
    Known{"postgres", "postgresql"}, Known{"dhcp", "bootps"}, Known{"rdp", "ms-wbt-server"},
};

/// The name that `word` stands for, or the nearest to it, among those that exist; empty: none.
std::string meant_by(const std::string& word, const std::vector<std::string>& names) {
    const auto* other = std::ranges::find(known, word, &Known::as);
    if (other != known.end() && std::ranges::find(names, other->name) != names.end())
        return std::string{other->name};
    return std::string{nearest(word, std::vector<std::string_view>(names.begin(), names.end()))};
}

int refuse_name(const std::string& word) {
    const std::vector<std::string> names = kernel::service_names();
    if (names.empty())
        return fail(name_verb, Exit::other, "this machine has no /etc/services: install netbase");
    const std::string near = meant_by(word, names);
    const std::string remedy = near.empty() ? "grep it in /etc/services" : "did you mean " + near + "?";
    return fail(name_verb, Exit::name_not_found,
                fmt::format("no service '{}': {}", address_text::shown(word), remedy));
}

std::vector<Service> find(std::string word) {
    std::vector<Service> services = kernel::services_named(word);
    if (!services.empty()) return services;
    std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return kernel::services_named(word);
}

std::string to_json(const std::string& word, const Service& service) {
    return json_line({{"kind", "service"},
                      {"asked", word},
                      {"name", service.name},
                      {"aliases", service.aliases},
                      {"port", service.port},
                      {"protocol", service.protocol},
                      {"class", port_class(service.port).name}});
}

/// One line a number: the protocols that have it stand together.
std::string to_text(const std::vector<Service>& services) {
    std::vector<Row> rows{{"name", "port", "protocol", "class"}};
    for (const Service& service : services) {
        const std::string port = std::to_string(service.port);
        if (rows.back()[0] == service.name && rows.back()[1] == port)
            rows.back()[2] += ", " + service.protocol;
        else
            rows.push_back(
                {service.name, port, service.protocol, std::string{port_class(service.port).name}});
    }
    return table(rows);
}

int name(const Options& options) {
    std::vector<Service> all;
    std::string lines;
    int exit = static_cast<int>(Exit::ok);
    for (const std::string& word : options.words) {
        const std::vector<Service> services = find(word);
        if (services.empty()) exit = refuse_name(word);
        for (const Service& service : services) {
            all.push_back(service);
            lines += to_json(word, service);
        }
    }
    if (!all.empty()) tell(options.json ? lines : to_text(all));
    return exit;
}

}  // namespace

void add_port(CLI::App& command, Action& chosen) {
    CLI::App* group =
        add_group(command, "port", "what a port number is for; a service's port", group_examples);
    const auto options = std::make_shared<Options>();

    CLI::App* by_number =
        add_part(*group, chosen, {"info", "class and service of a port", info_examples}, options, info);
    by_number->add_option("PORT", options->words, "0 to 65535")->required()->type_name("");

    CLI::App* by_name =
        add_part(*group, chosen, {"name", "port and protocol of a service", name_examples}, options, name);
    by_name->add_option("NAME", options->words, "such as http")->required()->type_name("");
}

}  // namespace sockeye::cli
