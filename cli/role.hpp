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
    std::function<app::SessionMaker(Ground&, app::Observer*)> sessions;
    app::Answer datagrams;  ///< empty: not over UDP
};

struct RoleOptions {
    std::vector<Role> chosen;
    std::string bye;  ///< of a chat
};

/// Adds an option for each role; parsing fills in `options`, which the roles refer to.
void add_roles(CLI::App& sub, RoleOptions& options);

}  // namespace sockeye::cli
