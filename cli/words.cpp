#include "cli/words.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace sockeye::cli {

void say(std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string url(Transport transport, const Address& address) {
    if (address.family() == Family::unix_) return address.to_string();
    return fmt::format("{}://{}", transport == Transport::udp ? "udp" : "tcp", address.to_string());
}

Result<Target> parse_peer(std::string_view text) {
    Result<Target> target = Target::parse(text);
    if (target && target->path.empty() && target->port == 0)
        return std::unexpected{
            Error{Errc::invalid_argument, "parse", fmt::format("{}: nobody can listen on port 0", text)}};
    return target;
}

std::string about(Duration duration) {
    const double ns = static_cast<double>(duration.count());
    if (ns >= 1e9) return fmt::format("{:.3g} s", ns / 1e9);
    if (ns >= 1e6) return fmt::format("{:.3g} ms", ns / 1e6);
    if (ns >= 1e3) return fmt::format("{:.3g} us", ns / 1e3);
    return fmt::format("{} ns", duration.count());
}

bool has_colour(std::FILE* file) {
    const char* no_colour = std::getenv("NO_COLOR");
    return (no_colour == nullptr || *no_colour == '\0') && isatty(fileno(file)) == 1;
}

std::string called_as() {
    const std::string program = program_invocation_name;
    std::error_code ignored;
    const std::filesystem::path here =
        std::filesystem::path{program}.lexically_relative(std::filesystem::current_path(ignored));
    if (here.empty() || here.native().starts_with("..")) return program;
    return here.has_parent_path() ? here.native() : "./" + here.native();
}

}  // namespace sockeye::cli
