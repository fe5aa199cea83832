#include "cli/recording.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/help.hpp"
#include "cli/json.hpp"
#include "lab/recorder.hpp"
#include "lab/world.hpp"
#include "wire/text.hpp"

namespace sockeye::cli {
namespace {

std::string hex(std::span<const std::byte> octets) {
    std::string text;
    text.reserve(2 * octets.size());
    for (std::byte octet : octets) text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
    return text;
}

std::string frame_json(const lab::World& world, std::uint64_t number) {
    const lab::Recorder& recorder = world.recorder();
    const lab::Record& record = recorder.records()[number - recorder.first_number()];
    const lab::Connection& cable = world.topology().cables()[record.cable];
    const std::span<const std::byte> frame = record.frame.bytes();
    return json_line({{"kind", "frame"},
                      {"number", number},
                      {"origin", record.origin},
                      {"departs_ns", record.departs.since_zero().count()},
                      {"cable", cable.name()},
                      {"from", cable.at(record.from).node->name()},
                      {"to", cable.at(opposite(record.from)).node->name()},
                      {"lost", text_or_null(link::why_lost(record.fate))},
                      {"octets", frame.size()},
                      {"text", wire::to_line(frame)},
                      {"bytes", hex(frame)}});
}

}  // namespace

void add_seed(CLI::App& command, std::uint64_t& seed) {
    command.add_option("--seed", seed, fmt::format("of the lab: all its chance comes from it ({})", seed))
        ->type_name("N")
        ->check(unsaid(CLI::NonNegativeNumber));
}

CLI::Option* add_record(CLI::App& command, std::string& path) {
    return command.add_option("--record", path, "write the lab's frames there, as pcapng")->type_name("FILE");
}

Result<void> record(const Lab& lab, const std::string& path) {
    if (path.empty()) return {};
    std::ofstream file{path, std::ios::binary};
    if (file << lab.pcapng() << std::flush) return {};
    return std::unexpected{Error{Errc::input_output, "record", path + " cannot be written"}};
}

std::string frames_json(const lab::World& world) {
    std::string text;
    const lab::Recorder& recorder = world.recorder();
    for (std::uint64_t number = recorder.first_number(); number < recorder.next_number(); ++number)
        text += frame_json(world, number);
    return text;
}

}  // namespace sockeye::cli
