#include "cli/role.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "app/chat/room.hpp"
#include "app/conversation.hpp"
#include "app/files.hpp"
#include "app/http/server.hpp"
#include "cli/exec.hpp"
#include "cli/place.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

/// The same over a stream and over UDP.
Role answers_with(std::string name, app::Answer answer) {
    return {
        .name = std::move(name),
        .sessions = [answer](Ground&, app::Observer* observer) { return app::answering(answer, observer); },
        .datagrams = answer};
}

Role says_hello(std::string name, const std::string& text) {
    return {.name = std::move(name),
            .sessions =
                [text](Ground& ground, app::Observer* observer) {
                    return app::conversing(app::hello(ground.network(), text), observer);
                },
            .datagrams = app::reply(text)};
}

Role runs(std::string name, const std::string& command) {
    return {.name = std::move(name),
            .sessions =
                [command](Ground& ground, app::Observer* observer) {
                    return app::conversing(exec(ground.machine(), command), observer);
                },
            .datagrams = {}};
}

Role pushes(std::string name, const std::string& path) {
    return {.name = std::move(name),
            .sessions = [path](Ground& ground, app::Observer* observer) -> Result<app::SessionMaker> {
                Result<Place> place = place_of(ground.machine(), path);
                if (!place) return std::unexpected{place.error()};
                if (const Result<File> file = place->directory.open(place->name); !file)
                    return std::unexpected{file.error()};
                return app::conversing(app::push(ground.network(), place->directory, place->name), observer);
            },
            .datagrams = {}};
}

Role saves(std::string name, const std::string& pattern) {
    return {.name = std::move(name),
            .sessions = [pattern](Ground& ground, app::Observer* observer) -> Result<app::SessionMaker> {
                Result<Place> place = place_of(ground.machine(), pattern);
                if (!place) return std::unexpected{place.error()};
                if (!pattern.contains("%n") && place->directory.stat(place->name))
                    return std::unexpected{Error{Errc::exists, "listen", pattern}};
                const app::Saved told = [](const std::string& path, std::uint64_t octets) {
                    say(fmt::format("saved {} ({} B)", path, octets));
                };
                return app::conversing(app::save(ground.network(), place->directory, place->name, told),
                                       observer);
            },
            .datagrams = {},
            .needs_once = pattern.contains("%n")
                              ? ""
                              : "--save: put %n where each client's number goes (job-%n.bin), or add --once"};
}

Role serves_http(std::string name, const std::string& folder) {
    return {.name = std::move(name),
            .sessions = [folder](Ground& ground, app::Observer* observer) -> Result<app::SessionMaker> {
                Result<Directory> directory = ground.machine().directory(folder);
                if (!directory) return std::unexpected{directory.error()};
                return app::conversing(app::http::site(ground.network(), std::move(*directory)), observer);
            },
            .datagrams = {}};
}

/// @param bye  read once the command line has been
Role holds_a_chat(const std::string& bye) {
    return {.name = "--chat",
            .sessions =
                [&bye](Ground& ground, app::Observer* observer) {
                    return app::conversing(app::chat::room(ground.network(), app::chat::RoomOptions{bye}),
                                           observer);
                },
            .datagrams = {},
            .is_one_place = true};
}

}  // namespace

void add_roles(CLI::App& sub, RoleOptions& options) {
    std::vector<Role>& chosen = options.chosen;
    const auto flag = [&](const char* name, const char* does, app::Answer answer) {
        sub.add_flag_callback(
            name, [name, answer, &chosen] { chosen.push_back(answers_with(name, answer)); }, does);
    };
    const auto with_value = [&](const char* name, const char* value, const char* does, auto make) {
        sub.add_option_function<std::string>(
               name, [name, make, &chosen](const std::string& given) { chosen.push_back(make(name, given)); },
               does)
            ->type_name(value);
    };
    flag("--echo", "answer with the octets received", app::echo);
    flag("--upper", "answer in upper case (a to z; other octets stay)", app::upper);
    flag("--discard", "answer nothing, and only count", app::discard);
    with_value("--hello", "TEXT", "say TEXT to whoever comes, and no more", says_hello);
    with_value("--reply", "TEXT", "answer TEXT, whatever was sent",
               [](std::string name, const std::string& text) {
                   return answers_with(std::move(name), app::reply(text));
               });
    with_value("--push", "FILE", "send FILE to whoever comes, and no more", pushes);
    with_value("--save", "PATTERN",
               "keep what each client sends: job-%n.bin is\njob-1.bin, job-2.bin and so on", saves);
    with_value("--http", "DIR", "serve the files of DIR to browsers", serves_http);
    with_value("--exec", "COMMAND", "run it with /bin/sh for each client, joined to its\ninput and output",
               runs);
    sub.add_flag_callback(
        "--chat", [&options] { options.chosen.push_back(holds_a_chat(options.bye)); },
        "a room for sockeye chat and nc: everybody hears\neverybody");
}

}  // namespace sockeye::cli
