#include "app/session.hpp"

namespace sockeye::app {

std::string_view ending(const Session& session) {
    if (!session.error) return "FIN";
    switch (session.error->code()) {
        case Errc::reset: return "RST";
        case Errc::timed_out: return "timeout";
        case Errc::cancelled: return "stopped";
        default: return describe(session.error->code());
    }
}

bool is_about_a_peer(const Error& error) {
    return error == Errc::refused || error == Errc::reset || error == Errc::unreachable;
}

}  // namespace sockeye::app
