// What is kept of a lab that has run: a file for Wireshark, or its frames as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sockeye/lab.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace sockeye::cli {

/// --seed, --record
void add_seed(CLI::App& command, std::uint64_t& seed);
CLI::Option* add_record(CLI::App& command, std::string& path);

/// Writes every frame to a file, as pcapng; "" is no file. @returns input_output, with a detail that names it
Result<void> record(const Lab& lab, const std::string& path);

/// Each frame that is kept, an object a line. Times are nanoseconds; octets are counted, and shown as hex.
std::string frames_json(const lab::World& world);

}  // namespace sockeye::cli
