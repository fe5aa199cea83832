#include "cli/lab_past.hpp"

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "cli/lab_recording.hpp"
#include "view/rerun.hpp"

namespace sockeye::cli {

CLI::Option* add_past(CLI::App& verb, LabPast& past) {
    CLI::Option* from =
        verb.add_option("--from", past.file, "of a recording, and not of a lab that runs")->type_name("FILE");
    verb.add_option("--to", past.to, "of a recording: up to that time, such as 3s (its end)")
        ->type_name("TIME")
        ->needs(from);
    return from;
}

Result<Instant> parse_until(const std::string& to) {
    if (to.empty()) return Instant::never();
    const Result<Duration> time = parse_duration(to);
    if (time) return Instant{*time};
    return std::unexpected{Error{Errc::invalid_argument, "", fmt::format("--to: {}", time.error().detail())}};
}

view::Answer ask_past(const LabPast& past, const view::Request& request) {
    const Result<Instant> until = parse_until(past.to);
    if (!until) return view::usage_error(std::string{until.error().detail()});
    const Result<lab::Recording> recording = open_recording(past.file);
    if (!recording) return {.exit = view::exit::other, .text = std::string{recording.error().detail()}};
    return view::ask_recording(*recording, past.file, request, *until);
}

}  // namespace sockeye::cli
