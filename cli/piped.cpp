#include "cli/piped.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/exit_code.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {

bool is_interactive() {
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

int report(std::string_view verb, const app::Piped& piped, const std::string& where) {
    if (piped.error && piped.failed == app::Piped::Side::stream) {
        const bool output = piped.error->during() == std::string_view{"write"};
        const std::string_view side = output ? "standard output" : "standard input";
        if (*piped.error == Errc::closed) return fail(verb, Exit::other, fmt::format("{} is closed", side));
        return fail(verb, Exit::other, fmt::format("{}: {}", side, piped.error->message()));
    }
    if (piped.error) return fail(verb, *piped.error, where);
    if (piped.unsent > 0)
        return fail(verb, Exit::closed_early,
                    fmt::format("closed early: {} finished while {} octets were still to be sent", where,
                                piped.unsent));
    if (is_interactive()) say(fmt::format("{} has closed", where));
    return static_cast<int>(Exit::ok);
}

}  // namespace sockeye::cli
