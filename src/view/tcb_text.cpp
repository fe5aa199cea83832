#include "view/tcb_text.hpp"

#include <fmt/format.h>

namespace sockeye::view {
namespace {

using lab::TcbRow;

std::string round_trip(const TcbRow& row) {
    if (!row.srtt) return "not measured yet";
    return fmt::format("{} +- {}", span_text(*row.srtt), span_text(row.rttvar));
}

std::string receiving(const TcbRow& row) {
    if (!row.irs) return "nothing has come yet";
    return fmt::format("NXT {}  WND {}  IRS {}", row.rcv_nxt, row.rcv_wnd, *row.irs);
}

std::string timers(const TcbRow& row) {
    std::string text;
    for (const lab::TimerRow& timer : row.timers)
        text += fmt::format("{}{} in {}", text.empty() ? "" : ", ", timer.name, span_text(timer.in));
    return text.empty() ? "none is armed" : text;
}

std::string one_text(const TcbRow& row) {
    return fmt::format(
        "{} > {}  {}, opened {}\n"
        "  SND     UNA {}  NXT {}  WND {}  ISS {}\n"
        "  RCV     {}\n"
        "  octets  {} in flight, {} not yet sent, {} to be read; MSS {}\n"
        "  cwnd    {}, ssthresh {}: {}; {} segments sent again\n"
        "  RTT     {}; RTO {}\n"
        "  timers  {}\n",
        row.local.to_string(), row.peer.to_string(), to_string(row.state),
        row.is_active ? "actively" : "passively", row.snd_una, row.snd_nxt, row.snd_wnd, row.iss,
        receiving(row), row.in_flight, row.unsent, row.unread, row.snd_mss, row.cwnd,
        row.ssthresh ? std::to_string(*row.ssthresh) : "none", row.phase, row.sent_again, round_trip(row),
        span_text(row.rto), timers(row));
}

Json one_json(const TcbRow& row) {
    Json timers = Json::array();
    for (const lab::TimerRow& timer : row.timers)
        timers.push_back({{"timer", timer.name}, {"in_ns", timer.in.count()}});
    return {{"kind", "tcb"},
            {"local", row.local.to_string()},
            {"peer", row.peer.to_string()},
            {"state", to_string(row.state)},
            {"opened", row.is_active ? "actively" : "passively"},
            {"iss", row.iss},
            {"snd_una", row.snd_una},
            {"snd_nxt", row.snd_nxt},
            {"snd_wnd", row.snd_wnd},
            {"snd_mss", row.snd_mss},
            {"irs", row.irs ? Json(*row.irs) : Json{}},
            {"rcv_nxt", row.rcv_nxt},
            {"rcv_wnd", row.rcv_wnd},
            {"in_flight", row.in_flight},
            {"unsent", row.unsent},
            {"unread", row.unread},
            {"cwnd", row.cwnd},
            {"ssthresh", row.ssthresh ? Json(*row.ssthresh) : Json{}},
            {"phase", row.phase},
            {"sent_again", row.sent_again},
            {"srtt_ns", row.srtt ? Json(row.srtt->count()) : Json{}},
            {"rttvar_ns", row.rttvar.count()},
            {"rto_ns", row.rto.count()},
            {"timers", timers}};
}

}  // namespace

std::string tcb_text(const std::vector<TcbRow>& rows) {
    std::string text;
    for (const TcbRow& row : rows) text += (text.empty() ? "" : "\n") + one_text(row);
    return text.empty() ? "no connection, so no TCB\n" : text;
}

std::vector<Json> tcb_json(const std::vector<TcbRow>& rows) {
    std::vector<Json> objects;
    for (const TcbRow& row : rows) objects.push_back(one_json(row));
    return objects;
}

}  // namespace sockeye::view
