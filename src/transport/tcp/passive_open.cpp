// What a listener makes of the segments that come to it: connections, cookies, or nothing.
#include <algorithm>
#include <utility>

#include "transport/tcp/initial_sequence.hpp"
#include "transport/tcp/segment_limits.hpp"
#include "transport/tcp/tcp.hpp"

namespace sockeye::transport::tcp {
namespace {

/// Whether a SYN may end TIME-WAIT early (RFC 9293 MAY-2): it must not be an old duplicate, which its
/// timestamp tells, or else its sequence number (RFC 6191 §2).
bool is_new_incarnation(const Tcb& tcb, const wire::TcpHeader& syn, Instant now) {
    if (tcb.state != State::time_wait) return false;
    if (!syn.flags.syn || syn.flags.ack || syn.flags.rst) return false;
    const bool further = syn.seq > tcb.rcv_nxt();
    if (!syn.timestamps) return further;
    if (!tcb.options.timestamps) return true;
    if (syn.timestamps->value == tcb.timestamps.echo()) return further;
    return !tcb.timestamps.is_old(syn.timestamps->value, now);
}

/// What of a SYN's options this host takes up.
wire::TcpHeader known_options(const wire::TcpHeader& syn, const Config& config) {
    wire::TcpHeader known{.timestamps = syn.timestamps};
    if (config.options.window_scaling) known.window_scale = syn.window_scale;
    known.sack_permitted = config.options.sack && syn.sack_permitted;
    if (config.ecn != EcnUse::never) known.flags = syn.flags;
    return known;
}

}  // namespace

Listener* Tcp::find_listener(const FlowEnd& local) const {
    const auto at_port = listeners_.find(local.port());
    if (at_port == listeners_.end()) return nullptr;
    const IpAddress any = IpAddress::any(local.family());
    const IpAddress any_of_both = IpAddress::any(Family::inet6);  // :: listens for IPv4 too
    for (const IpAddress& wanted : {local.ip(), any, any_of_both}) {
        for (const auto& listener : at_port->second) {
            const bool hears = listener->settings().families == Families::both ||
                               local.family() == listener->local().family();
            if (hears && listener->local().ip() == wanted) return listener.get();
        }
    }
    return nullptr;
}

/// @returns whether the segment opens a new connection between the same addresses
bool Tcp::take_over(Connection& connection, Visit visit) {
    if (!is_new_incarnation(connection.tcb_, visit.segment.header, visit.now)) return false;
    Listener* const listener = find_listener(visit.flow.local);
    if (listener == nullptr) return false;
    const Connection::Readiness before = connection.readiness();
    visit.predecessor = connection.tcb_.snd_nxt;
    connection.tcb_.close(std::nullopt);
    settle(connection, before);
    knock_at(*listener, visit);
    return true;
}

void Tcp::knock_at(Listener& listener, const Visit& visit) {
    const Knock answer = knock(visit.segment);
    if (answer == Knock::reset && take_cookie(listener, visit)) return;
    if (answer == Knock::reset) reply_with_reset(visit.flow, visit.segment);
    if (answer != Knock::open) return drop(no_connection);
    if (listener.is_full()) return drop(accept_queue_full);  // the peer sends its SYN again

    const bool crowded = listener.half_open_ >= config_.syn_backlog;
    const bool remembers = config_.syn_cookies != SynCookieUse::always && !crowded &&
                           connections_.size() < config_.maximum_connections;
    if (!remembers) return send_cookie(listener, visit);
    Sequence iss = initial_sequence(secret_, visit.flow, visit.now);
    if (visit.predecessor && iss <= *visit.predecessor) iss = *visit.predecessor + 1;  // RFC 6191 §2
    open_passively(listener, visit, visit.segment.header, iss).want_output();
}

Connection& Tcp::open_passively(Listener& listener, const Visit& visit, const wire::TcpHeader& syn,
                                Sequence iss) {
    PortClaim claim = ports_.share(listener.claim_, visit.flow.local);
    Connection& connection = add(visit.flow, std::move(claim), iss, visit.path_mtu);
    connection.listener_ = &listener;
    ++listener.half_open_;
    connection.apply(listener.settings_, visit.now);
    connection.tcb_.opened = Opened::passively;
    connection.tcb_.state = next(State::listen, Event::syn_received);
    take_syn(connection.tcb_, syn, visit.now);
    return connection;
}

// ---- cookies

void Tcp::send_cookie(Listener& listener, const Visit& visit) {
    if (config_.syn_cookies == SynCookieUse::never) return drop("SYN queue full");
    constexpr Duration good_for = 128s;
    listener.cookies_until_ = visit.now + good_for;

    const wire::TcpHeader& syn = visit.segment.header;
    const SegmentLimits limits = segment_limits(visit.flow.peer.family(), visit.path_mtu);
    const std::uint16_t mss = syn.mss.value_or(limits.unless_told);
    const auto buffer = listener.settings_.receive_buffer.value_or(config_.receive_buffer.initial);
    wire::TcpHeader answer{.seq = cookies_.make(visit.flow, syn.seq, mss, visit.now),
                           .ack = syn.seq + 1,
                           .window = static_cast<std::uint16_t>(std::min<std::size_t>(buffer, 65535)),
                           .mss = limits.path};
    answer.flags.syn = answer.flags.ack = true;
    if (config_.options.timestamps && syn.timestamps) {
        const wire::TcpHeader known = known_options(syn, config_);
        const std::uint32_t clock = Timestamps{timestamp_offset(secret_, visit.flow)}.value(visit.now);
        answer.timestamps = {SynCookies::stamp(clock, known), syn.timestamps->value};
        answer.sack_permitted = known.sack_permitted;
        answer.flags.ece = is_ecn_setup(known.flags);
        if (known.window_scale) answer.window_scale = window_shift(config_, listener.settings_);
    }
    reply(visit.flow, answer);
}

/// @returns whether the segment completes a handshake that nobody remembers
bool Tcp::take_cookie(Listener& listener, const Visit& visit) {
    const wire::TcpHeader& ack = visit.segment.header;
    if (visit.now >= listener.cookies_until_ || ack.flags.syn) return false;
    const auto syn = cookies_.read(visit.flow, ack, visit.now);
    if (!syn) return false;
    if (listener.is_full() || connections_.size() >= config_.maximum_connections) {
        drop(accept_queue_full);
        return true;
    }
    Connection& connection = open_passively(listener, visit, *syn, ack.ack - 1);
    Tcb& tcb = connection.tcb_;
    if (tcb.options.window_scaling) tcb.rcv_shift = window_shift(config_, listener.settings_);
    tcb.ecn.answers(config_.ecn);
    tcb.snd_nxt = tcb.cursor = ack.ack;
    deliver(connection, visit);
    return true;
}

}  // namespace sockeye::transport::tcp
