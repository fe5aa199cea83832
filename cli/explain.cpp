// sockeye explain FILE: a recording, frame by frame, layer by layer, field by field.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/json.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/time.hpp"
#include "wire/layers.hpp"
#include "wire/pcapng_reader.hpp"
#include "wire/text.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "explain";

constexpr const char* examples = R"(Examples:
  sockeye explain run.pcapng              every frame, every field
  sockeye explain run.pcapng --frame 3    the third frame alone
  sockeye explain run.pcapng --lines      a line a frame, as tcpdump writes it
  tcpdump -w - -c 5 | sockeye explain -   what another tool records
  sockeye explain session python3 server.py   a program's socket calls, in words
  sockeye explain handshake               how TCP opens a connection, live
  sockeye explain close                   and how it closes one

Reads pcapng and classic pcap of Ethernet. Each layer has its number and name
in the OSI model and its name in TCP/IP's (RFC 1122); each field the name that
its RFC gives it. Nothing on the wire is OSI's layer 5 or 6: in TCP/IP sessions
and presentation are the application's own business.)";

struct Options {
    std::string file;
    std::size_t frame = 0;  ///< 0: all
    bool lines = false;
    bool json = false;
};

/// One frame of the recording.
struct Shown {
    std::size_t number = 0;
    Instant since_first;
    std::string interface{};
    wire::PcapngReader::PacketRecord packet{};
};

std::string bit_range(const wire::Field& field) {
    if (field.bits == 0) return {};
    if (field.bit % 8 == 0 && field.bits % 8 == 0) {
        const std::size_t first = field.bit / 8;
        const std::size_t last = first + field.bits / 8 - 1;
        return first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
    }
    const std::size_t last = field.bit + field.bits - 1;
    return field.bits == 1 ? fmt::format("{}.{}", field.bit / 8, field.bit % 8)
                           : fmt::format("{}.{}-{}.{}", field.bit / 8, field.bit % 8, last / 8, last % 8);
}

std::string heading(const Shown& shown) {
    std::string text = fmt::format("frame {}  {} s", shown.number, to_string(shown.since_first, 9));
    if (!shown.interface.empty()) text += "  " + shown.interface;
    text += fmt::format("  {} octets", shown.packet.frame.size());
    if (shown.packet.original_octets > shown.packet.frame.size())
        text += fmt::format(" of {}", shown.packet.original_octets);
    if (!shown.packet.comment.empty()) text += fmt::format("  ({})", shown.packet.comment);
    return text;
}

std::string text_of(const wire::Layer& layer) {
    const std::string models = fmt::format("{} {} ({})", static_cast<int>(layer.number),
                                           to_string(layer.number), wire::tcp_ip_name(layer.number));
    std::string text = fmt::format("  {:<26} {:<22} {}", models, layer.protocol, layer.defined_in);
    text.resize(text.find_last_not_of(' ') + 1);
    text += '\n';
    for (const wire::Field& field : layer.fields) {
        const std::string source = field.defined_in.empty() ? "" : fmt::format("  [{}]", field.defined_in);
        text += fmt::format("    {:>9}  {:<24} {}{}\n", bit_range(field), field.name, field.value, source);
    }
    if (layer.malformed)
        text +=
            fmt::format("    malformed: {}; nothing behind it is looked into\n", to_string(*layer.malformed));
    return text;
}

std::string to_text(const Shown& shown) {
    std::string text = heading(shown) + "\n  " + wire::to_line(shown.packet.frame) + '\n';
    for (const wire::Layer& layer : wire::layers_of(shown.packet.frame)) text += text_of(layer);
    return text + '\n';
}

Json to_json(const wire::Layer& layer) {
    Json fields = Json::array();
    for (const wire::Field& field : layer.fields) {
        Json row{{"name", field.name}, {"value", field.value}};
        if (!field.defined_in.empty()) row["defined_in"] = field.defined_in;
        if (field.bits > 0) row.update({{"bit", field.bit}, {"bits", field.bits}});
        fields.push_back(std::move(row));
    }
    Json object{{"protocol", layer.protocol},
                {"osi", static_cast<int>(layer.number)},
                {"osi_name", to_string(layer.number)},
                {"tcp_ip_name", wire::tcp_ip_name(layer.number)},
                {"defined_in", layer.defined_in},
                {"offset", layer.offset},
                {"octets", layer.octets},
                {"fields", std::move(fields)}};
    if (layer.malformed) object["malformed"] = to_string(*layer.malformed);
    return object;
}

std::string to_json(const Shown& shown) {
    Json layers = Json::array();
    for (const wire::Layer& layer : wire::layers_of(shown.packet.frame)) layers.push_back(to_json(layer));
    return json_line({{"kind", "frame"},
                      {"number", shown.number},
                      {"seconds", to_string(shown.since_first, 9)},
                      {"interface", shown.interface},
                      {"octets", shown.packet.original_octets},
                      {"comment", shown.packet.comment},
                      {"line", wire::to_line(shown.packet.frame)},
                      {"layers", std::move(layers)}});
}

void tell_frame(const Options& options, const Shown& shown) {
    if (options.frame != 0 && options.frame != shown.number) return;
    if (options.json) return tell(to_json(shown));
    if (!options.lines) return tell(to_text(shown));
    tell(fmt::format("{:>6} {} {}\n", shown.number, to_string(shown.since_first, 9),
                     wire::to_line(shown.packet.frame)));
}

/// What a recording has told so far.
struct Recording {
    std::vector<wire::PcapngReader::Interface> interfaces{};
    std::optional<Instant> first{};
    std::size_t frames = 0;
    std::size_t skipped = 0;  ///< on other links than Ethernet
};

void take(const Options& options, Recording& recording, const wire::PcapngReader::Item& item) {
    using Reader = wire::PcapngReader;
    if (std::holds_alternative<Reader::Section>(item)) recording.interfaces.clear();
    if (const auto* interface = std::get_if<Reader::Interface>(&item))
        recording.interfaces.push_back(*interface);
    const auto* packet = std::get_if<Reader::PacketRecord>(&item);
    if (packet == nullptr) return;
    ++recording.frames;
    if (!recording.first) recording.first = packet->at;
    Shown shown{
        .number = recording.frames, .since_first = Instant{packet->at - *recording.first}, .packet = *packet};
    if (packet->interface < recording.interfaces.size()) {
        const Reader::Interface& interface = recording.interfaces[packet->interface];
        shown.interface = interface.name;
        if (interface.linktype != Reader::linktype_ethernet) {
            ++recording.skipped;
            return;
        }
    }
    tell_frame(options, shown);
}

int explain(const Options& options, std::string_view file) {
    wire::PcapngReader reader{std::as_bytes(std::span{file})};
    Recording recording;
    for (;;) {
        const auto item = reader.next();
        if (!item && recording.frames == 0)
            return fail(verb, Exit::other,
                        fmt::format("{} is no recording: neither pcapng nor pcap ({})", options.file,
                                    to_string(item.error())));
        if (!item)
            return fail(verb, Exit::other,
                        fmt::format("{} ends badly behind frame {}: {}", options.file, recording.frames,
                                    to_string(item.error())));
        if (!*item) break;
        take(options, recording, **item);
    }
    if (recording.skipped > 0)
        say(fmt::format("{} of {} frames are not Ethernet and were left out", recording.skipped,
                        recording.frames));
    if (options.frame > recording.frames)
        return fail(
            verb, Exit::other,
            fmt::format("there is no frame {}: {} has {}", options.frame, options.file, recording.frames));
    return static_cast<int>(Exit::ok);
}

int read_and_explain(const Options& options) {
    if (options.file.empty())
        return fail_usage(verb, "which recording? Or: sockeye explain session CMD…, handshake, close");
    std::ostringstream content;
    if (options.file == "-") {
        content << std::cin.rdbuf();
    } else {
        std::ifstream file{options.file, std::ios::binary};
        if (!file) return fail(verb, Exit::other, fmt::format("{} cannot be read", options.file));
        content << file.rdbuf();
    }
    return explain(options, content.view());
}

}  // namespace

void add_explain(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "show what the frames of a recording say")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("FILE", options->file, "pcapng or pcap; - for standard input")->type_name("");
    sub->add_option("--frame", options->frame, "that one alone, counted from 1")
        ->type_name("N")
        ->check(unsaid(CLI::PositiveNumber));
    CLI::Option* lines = sub->add_flag("--lines", options->lines, "a line a frame");
    sub->add_flag("--json", options->json, "JSON, an object a frame")->excludes(lines);
    sub->footer(examples);
    add_explain_session(*sub, chosen);
    add_explain_handshake(*sub, chosen);
    add_explain_close(*sub, chosen);
    sub->callback([options, sub, &chosen] {
        if (sub->get_subcommands().empty()) chosen = [options] { return read_and_explain(*options); };
    });
}

}  // namespace sockeye::cli
