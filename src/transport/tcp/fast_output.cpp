#include "transport/tcp/fast_output.hpp"

#include <cstdint>
#include <span>

#include "transport/tcp/offered_window.hpp"
#include "wire/plain.hpp"
#include "wire/protocol.hpp"

namespace sockeye::transport::tcp {
namespace {

/// Nothing was lost, is probed for, or has to be told besides, and the timer runs for what left before.
bool is_flowing(const Tcb& tcb) {
    return tcb.state == State::established && !tcb.fin_queued && tcb.cursor == tcb.snd_nxt &&
           tcb.cursor != tcb.snd_una && !tcb.probe_due && !tcb.recovery.is_probe_due() &&
           tcb.recovery.scoreboard().lost() == 0 && !tcb.sack_report.is_changed() && !tcb.ecn.marks_text() &&
           !tcb.ecn.echoes() && !tcb.user_timeout_due;
}

/// Text, the peer's window and the network's for a full segment.
bool has_room(const Tcb& tcb) {
    const auto full = static_cast<std::int32_t>(tcb.snd_mss);
    if (tcb.outgoing.end() - tcb.cursor < full) return false;
    if (tcb.snd_una + tcb.snd_wnd - tcb.cursor < full) return false;
    return tcb.congestion.window() >= std::uint64_t{tcb.recovery.pipe()} + tcb.snd_mss;
}

/// What has to be noted of a segment that leaves. @returns its header, ports aside
wire::PlainTcp send_full(Tcb& tcb, Instant now) {
    const wire::SackBlock range{.left = tcb.cursor, .right = tcb.cursor + tcb.snd_mss};
    wire::PlainTcp header{.seq = range.left, .ack = acknowledge_all(tcb)};
    move_window(tcb);
    header.psh = range.right == tcb.outgoing.end();  // MUST-61
    header.window = static_cast<std::uint16_t>(tcb.rcv_wnd() >> tcb.rcv_shift);
    if (tcb.options.timestamps)
        header.timestamps = wire::TcpTimestamps{tcb.timestamps.value(now), tcb.timestamps.echo()};

    tcb.cursor = tcb.snd_nxt = range.right;
    tcb.last_sent = now;
    tcb.retransmission.start_timing(range.right, now);
    if (tcb.retransmit_at == Instant::never()) tcb.restart_retransmission(now);
    tcb.recovery.sent(range, tcb.srtt(), tcb.retransmit_at, now);
    return header;
}

}  // namespace

std::optional<network::IpPacket> next_expected(const Flow& flow, Tcb& tcb, Instant now) {
    if (tcb.config.short_ways == ShortWays::left_out || !is_flowing(tcb) || !has_room(tcb))
        return std::nullopt;
    wire::PlainTcp header = send_full(tcb, now);
    header.source_port = flow.local.port();
    header.target_port = flow.peer.port();
    std::optional<network::IpPacket> packet{
        network::IpPacket{.header = {.source = flow.local.ip(),
                                     .target = flow.peer.ip(),
                                     .protocol = wire::protocol::tcp,
                                     .hop_limit = tcb.settings->hop_limit,
                                     .traffic_class = tcb.settings->traffic_class},
                          .payload = Packet{std::size_t{tcb.snd_mss}}}};
    const std::span<std::byte> text = packet->payload.writable();
    if (tcb.config.checksums == Checksums::left_out) {
        tcb.outgoing.copy(header.seq, text);
        wire::prepend_plain_tcp_unsummed(packet->payload, header);
    } else {
        const wire::Checksum sum = tcb.outgoing.copy_summing(header.seq, text);
        wire::prepend_plain_tcp(packet->payload, header, flow.local.ip(), flow.peer.ip(), sum);
    }
    return packet;
}

}  // namespace sockeye::transport::tcp
