#include "transport/tcp/fast_input.hpp"

#include "transport/tcp/keepalive.hpp"
#include "transport/tcp/tcp.hpp"
#include "transport/tcp/text_arrives.hpp"
#include "wire/ecn.hpp"

namespace sockeye::transport::tcp {
namespace {

/// Nothing of ours is on its way that the segment could tell of, or be taken to tell of.
bool has_nothing_in_flight(const Tcb& tcb) {
    return tcb.recovery.scoreboard().empty() && tcb.recovery.phase() == Recovery::Phase::open;
}

bool are_timestamps_expected(const Tcb& tcb, const wire::PlainTcp& header, Instant now) {
    if (tcb.options.timestamps != header.timestamps.has_value()) return false;
    return !header.timestamps || !tcb.timestamps.is_old(header.timestamps->value, now);
}

}  // namespace

bool is_expected(const Tcb& tcb, const wire::PlainTcp& header, std::size_t text, Instant now) {
    const bool is_next = tcb.state == State::established && header.seq == tcb.incoming.next() && text > 0 &&
                         text <= tcb.rcv_wnd() && !tcb.incoming.has_gap() && !tcb.fin_at;
    const bool is_old_ack = header.ack == tcb.snd_una && has_nothing_in_flight(tcb);
    const bool is_old_window =
        std::uint32_t{header.window} << tcb.snd_shift == tcb.snd_wnd && tcb.snd_wnd > 0;
    return is_next && is_old_ack && is_old_window && tcb.reader == Reader::attached &&
           !tcb.sack_report.is_changed() && are_timestamps_expected(tcb, header, now);
}

void take_expected(Tcb& tcb, const wire::PlainTcp& header, std::span<const std::byte> text, Instant now) {
    if (header.timestamps && header.seq <= tcb.last_ack_sent)
        tcb.timestamps.note(header.timestamps->value, now);  // RFC 7323 §4.3 (2)
    note_alive(tcb, now);
    const bool newer = tcb.snd_wl1 < header.seq || (tcb.snd_wl1 == header.seq && tcb.snd_wl2 <= header.ack);
    if (newer) {  // which makes no difference to the window: it is the same
        tcb.snd_wl1 = header.seq;
        tcb.snd_wl2 = header.ack;
    }
    note_segment_size(tcb, text.size());
    tcb.incoming.insert(header.seq, text);
    grow_receive_buffer(tcb, now);
    acknowledge_soon(tcb, now);
}

bool Tcp::receive_expected(const network::IpPacket& packet, Instant now) {
    const bool has_mark = wire::ecn_of(packet.header.traffic_class) == wire::Ecn::ce;
    if (config_.short_ways == ShortWays::left_out || packet.is_broadcast || has_mark) return false;
    const std::span<const std::byte> bytes = packet.payload.bytes();
    const auto header = wire::parse_plain_tcp(bytes);
    if (!header) return false;
    Connection* const connection = flows_.find({.local = {packet.header.target, header->target_port},
                                                .peer = {packet.header.source, header->source_port}});
    std::span<const std::byte> text = bytes.subspan(header->size());
    if (connection == nullptr || !is_expected(connection->tcb_, *header, text.size(), now)) return false;

    if (!is_intact(packet, header->seq, text, connection)) {
        drop(bad_checksum);
        return true;
    }
    take_expected(connection->tcb_, *header, text, now);
    if (connection->listener_ == nullptr) changed_.push(*connection);
    connection->want_output();  // and poll() sees to its timers
    return true;
}

}  // namespace sockeye::transport::tcp
