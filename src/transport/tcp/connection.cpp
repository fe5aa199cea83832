#include "transport/tcp/connection.hpp"

#include <algorithm>
#include <utility>

#include "transport/tcp/fast_output.hpp"
#include "transport/tcp/keepalive.hpp"
#include "transport/tcp/output.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {
namespace {

/// @param segment  gets its ports
network::IpPacket make_packet(const Flow& flow, const Tcb& tcb, Outgoing& segment) {
    segment.header.source_port = flow.local.port();
    segment.header.target_port = flow.peer.port();
    const IpAddress& source = flow.local.ip();
    const IpAddress& target = flow.peer.ip();
    network::IpPacket packet{
        .header = {.source = source,
                   .target = target,
                   .protocol = wire::protocol::tcp,
                   .hop_limit = tcb.settings->hop_limit,
                   .traffic_class = wire::with_ecn(tcb.settings->traffic_class, segment.ecn)},
        .payload = Packet{segment.text}};
    const std::span<std::byte> text = packet.payload.writable();
    if (tcb.config.checksums == Checksums::left_out) {
        tcb.outgoing.copy(segment.header.seq, text);
        wire::prepend_tcp_unsummed(packet.payload, segment.header);
    } else {
        const wire::Checksum sum = tcb.outgoing.copy_summing(segment.header.seq, text);
        wire::prepend_tcp(packet.payload, segment.header, source, target, sum);
    }
    return packet;
}

}  // namespace

Connection::Connection(Fifo<Connection>& output, const Flow& flow, PortClaim claim, Tcb tcb)
    : output_{output}, flow_{flow}, claim_{std::move(claim)}, tcb_{std::move(tcb)} {}

Result<std::size_t> Connection::send(std::span<const std::byte> bytes) {
    if (tcb_.fin_queued) return std::unexpected{Error{Errc::closed, "send"}};
    if (tcb_.state == State::closed) return std::unexpected{Error{Errc::not_connected, "send"}};
    const std::size_t taken = tcb_.outgoing.append(bytes);
    if (taken > 0) want_output();
    return taken;
}

std::span<std::byte> Connection::prepare(std::size_t most) {
    return tcb_.outgoing.room(std::min(most, send_space()));
}

void Connection::commit(std::size_t octets) {
    tcb_.outgoing.commit(octets);
    want_output();
}

std::size_t Connection::send_space() const {
    return tcb_.fin_queued || tcb_.state == State::closed ? 0 : tcb_.outgoing.space();
}

std::size_t Connection::receive(std::span<std::byte> out) {
    const std::size_t octets = tcb_.incoming.peek(out);
    if (octets > 0) consume(octets);
    return octets;
}

void Connection::consume(std::size_t octets) {
    tcb_.incoming.drop(octets);
    tcb_.tuning.read(octets);
    if (tcb_.state != State::closed) want_output();  // the window may have opened
}

bool Connection::is_eof() const {
    const bool over = peer_has_finished(tcb_.state) || tcb_.state == State::closed;
    return over && tcb_.incoming.readable() == 0;
}

Result<void> Connection::shutdown_write() {
    if (tcb_.state == State::closed) return std::unexpected{Error{Errc::not_connected, "shutdown"}};
    if (tcb_.fin_queued) return {};
    tcb_.fin_queued = true;
    if (tcb_.state == State::syn_sent) {
        tcb_.close(std::nullopt);                    // RFC 9293 §3.10.4: there is nothing to finish yet
    } else if (tcb_.state != State::syn_received) {  // there it waits for ESTABLISHED
        tcb_.state = next(tcb_.state, Event::close);
    }
    want_output();
    return {};
}

void Connection::apply(const Settings& settings, Instant now) {
    const bool keepalive_changes = settings.keepalive != tcb_.settings->keepalive;
    const bool patience_changes = settings.user_timeout != tcb_.settings->user_timeout;
    if (settings != *tcb_.settings) tcb_.settings.change() = settings;
    if (patience_changes) tcb_.user_timeout_due = tcb_.options.user_timeout && settings.user_timeout;
    if (keepalive_changes) start_keepalive(tcb_, now);
    if (settings.send_buffer) tcb_.outgoing.set_limit(*settings.send_buffer);
    if (settings.receive_buffer) {
        const std::size_t promised = readable() + tcb_.rcv_wnd();  // SHLD-14: no window shrinks
        tcb_.incoming.set_limit(std::max(*settings.receive_buffer, promised));
    }
    if (settings.delayed_ack == DelayedAck::off && tcb_.ack_due == AckDue::delayed)
        tcb_.ack_due = AckDue::now;
    want_output();  // what Nagle or a cork held back goes out
}

std::optional<network::IpPacket> Connection::run_timers(Instant now) {
    if (now >= tcb_.keepalive_at && run_keepalive(tcb_, now) == Peer::given_up) {
        auto farewell = abort_packet();
        tcb_.close(Errc::timed_out);
        return farewell;
    }
    tcp::run_timers(tcb_, now);
    return std::nullopt;
}

std::optional<Errc> Connection::take_error() {
    return std::exchange(tcb_.error, std::nullopt);
}

Connection::Readiness Connection::readiness() const {
    return {.state = tcb_.state,
            .readable = readable(),
            .send_space = send_space(),
            .failed = tcb_.error.has_value()};
}

std::optional<network::IpPacket> Connection::next_packet(Instant now) {
    if (auto expected = next_expected(flow_, tcb_, now)) return expected;
    auto segment = next_segment(tcb_, now);
    if (!segment) return std::nullopt;
    return make_packet(flow_, tcb_, *segment);
}

std::optional<network::IpPacket> Connection::abort_packet() const {
    auto segment = abort_segment(tcb_);
    if (!segment) return std::nullopt;
    return make_packet(flow_, tcb_, *segment);
}

}  // namespace sockeye::transport::tcp
