// Roles: what `sockeye listen` does with its clients, as the command line says it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/server.hpp"
#include "cli/on.hpp"

namespace CLI {
class App;
}

namespace sockeye::cli {

struct Role {
    std::string name;  ///< "--echo"
    /// @returns what is wrong with the files it needs, if anything is
    std::function<Result<app::SessionMaker>(Ground&, app::Observer*)> sessions;
    app::Answer datagrams;      ///< empty: not over UDP
    std::string needs_once{};   ///< why it serves one client alone; empty: it serves any number
    bool is_one_place = false;  ///< its clients meet, so that one thread must serve them all
};

struct RoleOptions {
    std::vector<Role> chosen;
    std::string bye;  ///< of a chat
};

/// Adds an option for each role; parsing fills in `options`, which the roles refer to.
void add_roles(CLI::App& sub, RoleOptions& options);

}  // namespace sockeye::cli
