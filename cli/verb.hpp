// The verbs, one file each: how each adds its options to the command line.
#pragma once

#include <functional>
#include <variant>

namespace CLI {
class App;
}

namespace sockeye::cli {

class On;

/// What the command line asks for; returns the exit code. A verb that takes what --on says works on
/// every network; one that does not, on this machine alone.
using Action = std::variant<std::function<int()>, std::function<int(const On& on)>>;

/// Adds a verb to `command`; parsing a command line that names it sets `chosen`.
using AddVerb = void (*)(CLI::App& command, Action& chosen);

void add_listen(CLI::App& command, Action& chosen);
void add_connect(CLI::App& command, Action& chosen);
void add_send(CLI::App& command, Action& chosen);
void add_recv(CLI::App& command, Action& chosen);
void add_chat(CLI::App& command, Action& chosen);
void add_http(CLI::App& command, Action& chosen);
void add_check(CLI::App& command, Action& chosen);
void add_who(CLI::App& command, Action& chosen);
void add_bench(CLI::App& command, Action& chosen);
void add_port(CLI::App& command, Action& chosen);
void add_subnet(CLI::App& command, Action& chosen);
void add_mac(CLI::App& command, Action& chosen);
void add_explain(CLI::App& command, Action& chosen);
void add_lesson(CLI::App& command, Action& chosen);
void add_dns(CLI::App& command, Action& chosen);
void add_lab(CLI::App& command, Action& chosen);
void add_tour(CLI::App& command, Action& chosen);

/// `explain session`, which knows programs where `explain` knows recordings.
void add_explain_session(CLI::App& explain, Action& chosen);
/// `explain handshake` and `explain close`, which let happen what they explain.
void add_explain_handshake(CLI::App& explain, Action& chosen);
void add_explain_close(CLI::App& explain, Action& chosen);

/// What the command does without a verb: its options stand at `command` itself.
Action add_office(CLI::App& command);

}  // namespace sockeye::cli
