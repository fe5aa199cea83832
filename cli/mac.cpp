// sockeye mac ADDRESS: what the bits of a MAC address say.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/address_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "mac";

constexpr const char* examples = R"(Examples:
  sockeye mac 3c:52:82:4f:01:9a     with colons, as ip link shows it
  sockeye mac 3C-52-82-4F-01-9A     with hyphens, as IEEE 802 writes it
  sockeye mac 3c52.824f.019a        with dots, as switches often show it

The maker assigns the address of a card, and its first half (OUI) is the
maker's. One with the U/L bit set was made up: of a lab or a virtual machine,
or a phone that does not want to be recognised.)";

struct Options {
    std::string address;
    bool json = false;
};

/// The octets in hexadecimal, `group` of them between two separators.
std::string with(char separator, std::size_t group, const wire::MacAddress& mac) {
    std::string text;
    for (std::size_t i = 0; i < mac.octets().size(); ++i) {
        if (i > 0 && i % group == 0) text += separator;
        text += fmt::format("{:02x}", mac.octets()[i]);
    }
    return text;
}

/// IEEE 802-2014 §8.1.4: hyphens, upper case.
std::string hyphened(const wire::MacAddress& mac) {
    std::string text = with('-', 1, mac);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

std::string oui(const wire::MacAddress& mac) {
    return hyphened(mac).substr(0, 8);
}

std::string to_json(const wire::MacAddress& mac) {
    return json_line({{"kind", "mac"},
                      {"address", mac.to_string()},
                      {"hyphens", hyphened(mac)},
                      {"dots", with('.', 2, mac)},
                      {"oui", mac.is_locally_administered() ? Json{} : Json(oui(mac))},
                      {"group", mac.is_multicast()},
                      {"local", mac.is_locally_administered()},
                      {"broadcast", mac.is_broadcast()}});
}

std::string to_text(const wire::MacAddress& mac) {
    const bool local = mac.is_locally_administered();
    std::string group = "0: individual, one station (unicast)";
    if (mac.is_multicast()) group = "1: group, many stations (multicast)";
    if (mac.is_broadcast()) group = "1: group, all stations (broadcast)";
    return table({{"colons", mac.to_string()},
                  {"hyphens", hyphened(mac)},
                  {"dots", with('.', 2, mac)},
                  {"OUI", local ? "none: no maker assigned it" : oui(mac) + " (the first 24 bits)"},
                  {"I/G bit", group},
                  {"U/L bit",
                   local ? "1: local, chosen by whoever set it up" : "0: universal, assigned by the maker"}});
}

int show(const Options& options) {
    const Result<wire::MacAddress> mac = wire::MacAddress::parse(options.address);
    if (!mac)
        return fail_usage(
            verb, fmt::format("'{}' is {}", address_text::shown(options.address), mac.error().detail()));
    tell(options.json ? to_json(*mac) : to_text(*mac));
    return static_cast<int>(Exit::ok);
}

}  // namespace

void add_mac(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "what the bits of a MAC address say")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->address, "in one of the forms below")->required()->type_name("");
    sub->add_flag("--json", options->json, "one JSON object");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
}

}  // namespace sockeye::cli
