#include "transport/tcp/plan.hpp"

#include <algorithm>

namespace sockeye::transport::tcp {
namespace {

/// How far `edge` is ahead of `from`; 0 where it is behind.
std::uint32_t distance(Sequence edge, Sequence from) {
    return static_cast<std::uint32_t>(std::max(0, edge - from));
}

/// Text and FIN in a range that has left before.
Plan plan_again(const Tcb& tcb, Plan::Kind kind, wire::SackBlock range) {
    const bool fin = tcb.fin_queued && range.right == tcb.stream_end();
    const auto length = static_cast<std::uint32_t>(range.right - range.left);
    return {.kind = kind, .from = range.left, .text = length - (fin ? 1 : 0), .fin = fin};
}

/// Octets of payload that fit, beside the options that this segment alone has (RFC 9293 MUST-16).
std::uint32_t segment_room(const Tcb& tcb) {
    const std::uint32_t room = tcb.snd_mss - (tcb.user_timeout_due ? user_timeout_size : 0);
    if (tcb.sack_report->empty()) return room;
    const std::size_t blocks = std::min<std::size_t>(tcb.sack_report->size(), tcb.options.timestamps ? 3 : 4);
    return room - static_cast<std::uint32_t>(4 + 8 * blocks);
}

/// Octets of new text that the buffer holds.
std::uint32_t unsent(const Tcb& tcb) {
    return distance(tcb.outgoing.end(), tcb.cursor);
}

/// Of at most `usable` octets.
Plan plan_fresh(const Tcb& tcb, std::uint32_t usable) {
    const std::uint32_t all = unsent(tcb);
    Plan plan{.from = tcb.cursor, .text = std::min({all, usable, segment_room(tcb)})};
    plan.fin = tcb.fin_queued && tcb.cursor != tcb.stream_end() && plan.text == all && usable > plan.text;
    return plan;
}

/// Sender's silly window avoidance (RFC 9293 §3.8.6.2.1) with Nagle's algorithm (§3.7.4).
bool is_worth_sending(const Tcb& tcb, const Plan& plan) {
    if (plan.text >= segment_room(tcb) || plan.fin) return true;
    if (tcb.settings->cork == Cork::in) return false;
    if (tcb.settings->nagle == Nagle::on && tcb.in_flight() > 0) return false;
    const bool everything = tcb.cursor + plan.text == tcb.outgoing.end();
    return everything || plan.text >= (tcb.max_snd_wnd + 1) / 2;
}

/// A zero-window probe carries one octet (RFC 9293 §3.8.6.1); where the window is merely small,
/// it is SWS avoidance's time that has run out, and everything goes that fits (§3.8.6.2.1 (4)).
Plan plan_window_probe(const Tcb& tcb) {
    const std::uint32_t room = std::min(std::max<std::uint32_t>(tcb.snd_wnd, 1), segment_room(tcb));
    if (tcb.recovery.scoreboard().empty()) return plan_fresh(tcb, room);
    const wire::SackBlock first{.left = tcb.snd_una, .right = std::min(tcb.snd_una + room, tcb.snd_nxt)};
    return plan_again(tcb, Plan::Kind::again, first);
}

/// RFC 8985 §7.3: a new segment if there is one, whatever cwnd says, else the last one again.
Plan plan_tail_probe(const Tcb& tcb) {
    const Plan fresh = plan_fresh(tcb, distance(tcb.snd_una + tcb.snd_wnd, tcb.cursor));
    if (fresh.length() > 0) return fresh;
    return plan_again(tcb, Plan::Kind::tail_probe, tcb.recovery.last(segment_room(tcb)));
}

/// What cwnd leaves besides what is in the network.
std::uint32_t room_in_network(const Tcb& tcb) {
    const std::uint32_t pipe = tcb.recovery.pipe();
    return tcb.congestion.window() > pipe ? tcb.congestion.window() - pipe : 0;
}

/// RFC 6675 §5 (C): a whole segment at a time, as long as cwnd has room for it.
std::optional<Plan> plan_lost(const Tcb& tcb) {
    const Sequence edge = tcb.snd_una + tcb.snd_wnd;
    auto range = tcb.recovery.next_lost(segment_room(tcb));
    if (!range || edge <= range->left) return std::nullopt;
    range->right = std::min(range->right, edge);
    if (distance(range->right, range->left) > room_in_network(tcb)) return std::nullopt;
    return plan_again(tcb, Plan::Kind::again, *range);
}

}  // namespace

std::optional<Plan> plan_text(const Tcb& tcb) {
    if (tcb.snd_una == tcb.stream_end()) return std::nullopt;
    if (tcb.probe_due) return plan_window_probe(tcb);
    if (tcb.recovery.is_probe_due()) return plan_tail_probe(tcb);
    if (tcb.recovery.scoreboard().lost() > 0 && tcb.config.repair == Repair::on) return plan_lost(tcb);

    const std::uint32_t usable =
        std::min(distance(tcb.snd_una + tcb.snd_wnd, tcb.cursor), room_in_network(tcb));
    const Plan plan = plan_fresh(tcb, usable);
    if (plan.length() == 0 || !is_worth_sending(tcb, plan)) return std::nullopt;
    return plan;
}

}  // namespace sockeye::transport::tcp
