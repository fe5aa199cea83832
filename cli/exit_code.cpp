#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "cli/owner.hpp"
#include "cli/words.hpp"
#include "sockeye/address.hpp"

namespace sockeye::cli {
namespace {

struct Ending {
    Errc code;
    Exit exit;
    std::string_view remedy;  ///< for errors that do not say it in their detail
};

constexpr std::array endings{
    Ending{Errc::timed_out, Exit::timed_out,
           "no answer in time: check the address, or wait longer with --timeout"},
    Ending{Errc::refused, Exit::refused, "nothing listens there: start the server first, or check the port"},
    Ending{Errc::reset, Exit::reset, "the peer broke the connection off (RST)"},
    Ending{Errc::ended_early, Exit::closed_early, ""},
    Ending{Errc::unreachable, Exit::unreachable,
           "no route leads there: check the address and your connection"},
    Ending{Errc::address_in_use, Exit::address_in_use,
           "end that program, or take another port (0: any free one)"},
    Ending{Errc::address_not_available, Exit::other,
           "not an address of this machine: try :PORT for all of them"},
    Ending{Errc::name_not_found, Exit::name_not_found, "write a numeric address"},
    Ending{Errc::corrupted, Exit::integrity, "repeat the command"},
    Ending{Errc::no_space, Exit::other, "make room on that disk, and repeat the command"},
    Ending{Errc::permission_denied, Exit::permission, ""},
    Ending{Errc::invalid_argument, Exit::usage, ""},
};

const Ending* find(Errc code) {
    const auto* found = std::ranges::find(endings, code, &Ending::code);
    return found == endings.end() ? nullptr : found;
}

/// " by python3 (PID 1234, root)": whom to ask, or to end.
/// @param where  as url() writes it
std::string held_by(std::string_view where) {
    const Result<Target> target = Target::parse(where);
    const Result<Address> address = target ? target->numeric() : std::unexpected{target.error()};
    if (!address) return {};
    const std::optional<Owner> owner = owner_of(target->transport, *address);
    return owner ? ", held by " + owner->to_string() : std::string{};
}

}  // namespace

Exit exit_for(Errc code) {
    const Ending* ending = find(code);
    return ending == nullptr ? Exit::other : ending->exit;
}

int fail(std::string_view verb, Exit exit, std::string_view message) {
    const std::string command = verb.empty() ? "sockeye" : fmt::format("sockeye {}", verb);
    say(fmt::format("{}: {}", command, message));
    return static_cast<int>(exit);
}

int fail(std::string_view verb, const Error& error, std::string_view where) {
    const Ending* ending = find(error.code());
    std::string message{describe(error.code())};
    if (!error.detail().empty())
        message += fmt::format(": {}", error.detail());
    else if (!where.empty())
        message += fmt::format(": {}", where);
    if (error == Errc::address_in_use) message += held_by(where);
    const bool says_all = error.detail().contains(' ');  // more than the address it happened to
    if (ending != nullptr && !ending->remedy.empty() && !says_all)
        message += fmt::format(" ({})", ending->remedy);
    return fail(verb, exit_for(error.code()), message);
}

int fail_usage(std::string_view verb, std::string_view mistake) {
    fail(verb, Exit::usage, mistake);
    say(fmt::format("try: sockeye {}{}--help", verb, verb.empty() ? "" : " "));
    return static_cast<int>(Exit::usage);
}

}  // namespace sockeye::cli
