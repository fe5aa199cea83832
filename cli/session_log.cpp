#include "cli/session_log.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/json.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

/// Most clients of a unix socket have no name.
std::string name_of(const Address& peer) {
    return peer.family() == Family::unix_ && peer.path().empty() ? "unix client" : peer.to_string();
}

std::string_view ending_of(const app::Session& session) {
    const bool datagram = session.transport == Transport::udp && !session.error;
    if (!datagram) return app::ending(session);
    return session.sent > 0 || session.received == 0 ? "answered" : "taken";
}

std::string_view reach_of(const Address& at) {
    if (at.family() == Family::unix_ || !at.ip().is_unspecified()) return "";
    return at.family() == Family::inet6 ? "  (every interface, IPv4 and IPv6)" : "  (every interface, IPv4)";
}

}  // namespace

void SessionLog::listening(Transport transport, const Address& at) {
    if (form_ == Form::json)
        tell(json_line({{"event", "listening"}, {"address", url(transport, at)}}));
    else
        say(fmt::format("listening on {}{}", url(transport, at), reach_of(at)));
}

void SessionLog::session_began(const Address& peer) {
    if (form_ == Form::json) tell(json_line({{"event", "opened"}, {"peer", name_of(peer)}}));
}

void SessionLog::session_ended(const app::Session& session) {
    if (form_ == Form::json)
        tell(json_line({{"event", "closed"},
                        {"peer", name_of(session.peer)},
                        {"received", session.received},
                        {"sent", session.sent},
                        {"ending", ending_of(session)}}));
    if (form_ != Form::words) return;
    say(fmt::format("{:<24} {:>9} B in {:>9} B out   {}", name_of(session.peer), session.received,
                    session.sent, ending_of(session)));
}

}  // namespace sockeye::cli
