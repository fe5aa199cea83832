#include "lab/tcp_trace.hpp"

#include <algorithm>
#include <utility>

#include "lab/tables/nodes.hpp"
#include "wire/text.hpp"

namespace sockeye::lab {
namespace {

using TcpConnection = transport::tcp::Connection;

std::string what_arrived(const Packet& frame, const Address& local, const Address& peer) {
    const wire::Summary summary = wire::summarise(frame.bytes());
    if (summary.tcp && summary.source == peer && summary.target == local)
        return "got " + std::string{wire::to_string(summary.tcp->flags)};
    if (summary.icmp || summary.icmpv6) return "got ICMP: unreachable";
    return "its stack, behind another frame";
}

std::string what_the_program_did(TcpState before, TcpState after) {
    using enum TcpState;
    if (after == syn_sent) return "connect()";
    if (after == closed) return before == syn_sent ? "close()" : "close() with octets unread, or abort";
    if (after == fin_wait_1 || after == last_ack) return "close() or shutdown()";
    return "its program";
}

std::string what_rang(TcpState before, TcpState after) {
    if (before == TcpState::time_wait && after == TcpState::closed) return "2 MSL are over";
    return after == TcpState::closed ? "no answer came: it gives up" : "a timer";
}

}  // namespace

TcpTrace::TcpTrace(World& world, std::string_view host) : world_{world} {
    for (const auto& node : world.topology().nodes()) {
        const auto* const one = dynamic_cast<const HostNode*>(node.get());
        const bool is_wanted = host.empty() || node->name() == host;
        if (one != nullptr && is_wanted) hosts_.push_back({.host = one, .life = nullptr});
    }
    if (!host.empty()) static_cast<void>(require_host(world, host));  // throws, where there is none
    for (Watched& watched : hosts_) {
        watched.life = &watched.host->stack();
        for (const TcpConnection& connection : watched.host->stack().tcp().list())
            watched.connections.push_back(
                {&connection, connection.local(), connection.peer(), connection.state()});
    }
    world.add_watcher(*this);
}

std::optional<TcpTrace::Change> TcpTrace::take() {
    if (waiting_.empty()) return std::nullopt;
    Change change = std::move(waiting_.front());
    waiting_.pop_front();
    return change;
}

void TcpTrace::heard(const Node& host, const Packet& frame, Instant now) {
    if (Watched* const watched = find(host)) look(*watched, Cause::segment, &frame, now);
}

void TcpTrace::about_to_poll(const Node& node, Instant now) {
    if (Watched* const watched = find(node)) look(*watched, Cause::program, nullptr, now);
}

void TcpTrace::polled(const Node& node, Instant now) {
    if (Watched* const watched = find(node)) look(*watched, Cause::timer, nullptr, now);
}

TcpTrace::Watched* TcpTrace::find(const Node& node) {
    const auto found =
        std::ranges::find(hosts_, &node, [](const Watched& one) -> const Node* { return one.host; });
    return found == hosts_.end() ? nullptr : &*found;
}

/// The stack's list and what is known of it have one order: some of the known have gone, and new ones stand
/// at the end.
void TcpTrace::look(Watched& watched, Cause cause, const Packet* frame, Instant now) {
    const stack::StackNetwork* const life = &watched.host->stack();
    if (std::exchange(watched.life, life) != life) cause = Cause::restart;
    std::vector<Known> present;
    auto known = watched.connections.begin();
    const auto is = [](const Known& one, const TcpConnection& connection) {
        return one.connection == &connection && one.local == connection.local() &&
               one.peer == connection.peer();
    };
    for (const TcpConnection& connection : watched.host->stack().tcp().list()) {
        for (; known != watched.connections.end() && !is(*known, connection); ++known)
            add(watched, *known, TcpState::closed, cause, frame, now);
        const bool is_new = known == watched.connections.end();
        // Who did not ask for it was listening.
        const TcpState before = !is_new                   ? known->state
                                : cause == Cause::segment ? TcpState::listen
                                                          : TcpState::closed;
        present.push_back({&connection, connection.local(), connection.peer(), before});
        add(watched, present.back(), connection.state(), cause, frame, now);
        present.back().state = connection.state();
        if (!is_new) ++known;
    }
    for (; known != watched.connections.end(); ++known)
        add(watched, *known, TcpState::closed, cause, frame, now);
    watched.connections = std::move(present);
}

void TcpTrace::add(const Watched& watched, const Known& known, TcpState after, Cause cause,
                   const Packet* frame, Instant now) {
    if (known.state == after) return;
    if (waiting_.size() == most_waiting) {
        ++left_out_;
        return;
    }
    Change change{.at = now,
                  .host = watched.host->name(),
                  .local = known.local,
                  .peer = known.peer,
                  .before = known.state,
                  .after = after,
                  .cause = cause};
    switch (cause) {
        case Cause::segment: change.what = what_arrived(*frame, known.local, known.peer); break;
        case Cause::program: change.what = what_the_program_did(known.state, after); break;
        case Cause::timer: change.what = what_rang(known.state, after); break;
        case Cause::restart: change.what = "the host was switched off"; break;
    }
    waiting_.push_back(std::move(change));
}

std::string_view to_string(TcpTrace::Cause cause) {
    switch (cause) {
        case TcpTrace::Cause::segment: return "segment";
        case TcpTrace::Cause::program: return "program";
        case TcpTrace::Cause::timer: return "timer";
        case TcpTrace::Cause::restart: return "restart";
    }
    return "";
}

}  // namespace sockeye::lab
