#include "transport/tcp/tcp.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/reader.hpp"
#include "transport/tcp/icmp_error.hpp"
#include "transport/tcp/initial_sequence.hpp"
#include "transport/tcp/output.hpp"
#include "transport/tcp/segment_limits.hpp"
#include "wire/protocol.hpp"

namespace sockeye::transport::tcp {
namespace {

bool is_group(const IpAddress& address) {
    return address.is_multicast() || address.is_broadcast();
}

HashKey draw_key(const Random& random, std::string_view purpose) {
    Random part = random.fork(purpose);
    return HashKey::draw(part);
}

}  // namespace

Tcp::Tcp(const Config& config, Random random)
    : config_{config},
      ports_{random.fork("ports")},
      secret_{draw_key(random, "initial sequence numbers")},
      cookies_{draw_key(random, "SYN cookies")},
      flows_{draw_key(random, "flows")} {}

// ---- the user's calls

Result<Listener*> Tcp::listen(PortClaim claim, int backlog) {
    constexpr int somaxconn = 4096;  // as Linux's
    if (auto listening = claim.listen(); !listening) return std::unexpected{listening.error()};
    auto& at_port = listeners_[claim.local().port()];
    const auto limit = static_cast<std::size_t>(std::clamp(backlog, 0, somaxconn));
    at_port.push_back(std::make_unique<Listener>(std::move(claim), limit));
    return at_port.back().get();
}

Result<Listener*> Tcp::listen(const Address& local, int backlog, Reuse reuse) {
    auto claim = bind(local, reuse);
    if (!claim) return std::unexpected{std::move(claim.error()).with_during("listen")};
    return listen(*std::move(claim), backlog);
}

Result<Connection*> Tcp::connect(PortClaim claim, const IpAddress& source, const Address& peer, Instant now,
                                 std::size_t path_mtu) {
    const auto fail = [](Errc code) { return std::unexpected{Error{code, "connect"}}; };
    if (peer.port() == 0 || peer.ip().is_unspecified() || is_group(peer.ip()))
        return fail(Errc::invalid_argument);
    if (connections_.size() >= config_.maximum_connections) return fail(Errc::resources_exhausted);
    const Flow flow{.local = {source, claim.local().port()}, .peer = peer};
    if (flows_.find(flow) != nullptr) return fail(Errc::address_in_use);

    const Sequence iss = initial_sequence(secret_, flow, now);
    Connection& connection = add(flow, std::move(claim), iss, path_mtu);
    connection.tcb_.state = next(State::closed, Event::active_open);
    connection.want_output();
    return &connection;
}

Result<Connection*> Tcp::connect(const Address& local, const Address& peer, Instant now,
                                 std::size_t path_mtu) {
    auto claim = bind(local);
    if (!claim) return std::unexpected{std::move(claim.error()).with_during("connect")};
    return connect(*std::move(claim), local.ip(), peer, now, path_mtu);
}

Connection* Tcp::accept(Listener& listener) {
    if (listener.completed_.empty()) return nullptr;
    Connection* connection = listener.completed_.front();
    listener.completed_.pop_front();
    connection->listener_ = nullptr;
    return connection;
}

void Tcp::release(Connection& connection, Instant now) {
    Tcb& tcb = connection.tcb_;
    const bool over = tcb.state == State::closed || tcb.state == State::time_wait;
    const bool in_disorder = connection.readable() > 0 || tcb.settings->linger == Duration{0} ||
                             orphans_ >= config_.maximum_orphans;
    if (!over && in_disorder) return abort(connection);
    connection.user = nullptr;
    Fifo<Endpoint>::leave(connection);
    tcb.reader = Reader::gone;
    if (tcb.state != State::closed) static_cast<void>(connection.shutdown_write());
    if (tcb.state == State::closed) return forget(connection);
    if (tcb.state == State::fin_wait_2) tcb.linger_at = now + config_.orphan_timeout;
    connection.is_orphan_ = tcb.state != State::time_wait;
    if (connection.is_orphan_) ++orphans_;
    reschedule(connection);
}

void Tcp::abort(Connection& connection) {
    reply(connection.abort_packet());
    connection.tcb_.close(std::nullopt);
    forget(connection);
}

void Tcp::release(Listener& listener) {
    for (auto connection = connections_.begin(); connection != connections_.end();) {
        Connection& candidate = *connection++;  // abort() takes it out of the list
        if (candidate.listener_ == &listener) abort(candidate);
    }
    const auto at_port = listeners_.find(listener.local().port());
    assert(at_port != listeners_.end());
    std::erase_if(at_port->second, [&](const auto& owned) { return owned.get() == &listener; });
    if (at_port->second.empty()) listeners_.erase(at_port);
}

// ---- what arrives

void Tcp::receive(const network::IpPacket& packet, Instant now, std::size_t path_mtu) {
    const network::IpHeader& header = packet.header;
    const Packet& payload = packet.payload;
    const bool to_many = packet.is_broadcast || is_group(header.target);
    if (to_many || is_group(header.source) || header.source.is_unspecified())
        return drop("TCP to or from many");  // MUST-57, MUST-63
    auto segment = wire::parse_tcp(payload.bytes());
    if (!segment) return drop("malformed TCP");

    const Flow flow{.local = {header.target, segment->header.target_port},
                    .peer = {header.source, segment->header.source_port}};
    Connection* const connection = flows_.find(flow);
    if (!is_intact(packet, segment->header.seq, segment->payload, connection)) return drop(bad_checksum);
    const Visit visit{flow, *segment, now, path_mtu, wire::ecn_of(header.traffic_class), std::nullopt};
    if (connection != nullptr) {
        if (!take_over(*connection, visit)) deliver(*connection, visit);
        return;
    }
    if (Listener* listener = find_listener(flow.local)) return knock_at(*listener, visit);
    drop(segment->header.flags.syn ? nobody_listens : no_connection);
    if (!segment->header.flags.rst) reply_with_reset(flow, *segment);  // §3.10.7.1
}

/// Whether the checksum is right. Text that is what comes next is copied to its place on the way, and
/// `text` shows it there.
/// @param at  its sequence number
bool Tcp::is_intact(const network::IpPacket& packet, Sequence at, std::span<const std::byte>& text,
                    Connection* connection) const {
    if (config_.checksums == Checksums::left_out) return true;
    const std::span<const std::byte> bytes = packet.payload.bytes();
    wire::Checksum sum =
        wire::pseudo_header(packet.header.source, packet.header.target, wire::protocol::tcp, bytes.size());
    sum.add(bytes.first(bytes.size() - text.size()));
    std::span<std::byte> place;
    if (connection != nullptr && !text.empty()) place = connection->tcb_.incoming.place_for(at, text.size());
    if (place.empty()) {
        sum.add(text);
    } else {
        sum.add_copying(text, place.data());
        text = place;
    }
    return sum.value() == 0;
}

void Tcp::deliver(Connection& connection, const Visit& visit) {
    const wire::TcpSegment& segment = visit.segment;
    const bool half_open = connection.listener_ != nullptr && connection.state() == State::syn_received;
    // As Linux: the last ACK of the handshake waits until there is room, and is sent again.
    if (half_open && connection.listener_->is_full() && !segment.header.flags.rst)
        return drop(accept_queue_full);
    const Connection::Readiness before = connection.readiness();
    const Sequence acknowledged = connection.tcb_.snd_una;
    const Outcome outcome = segment_arrives(connection.tcb_, segment, visit.ecn, visit.now);
    if (!outcome.dropped.empty()) drop(outcome.dropped);
    if (outcome.reply == Reply::reset) reply_with_reset(connection.flow_, segment);
    bound_memory(connection);
    if (connection.tcb_.snd_una != acknowledged) confirmed_ = connection.flow_.peer.ip();
    settle(connection, before);
}

void Tcp::unreachable(const network::IpPacket& packet, network::IcmpNotice::Kind why) {
    Connection* const connection = find_sender(packet);
    if (connection == nullptr) return;
    const Connection::Readiness before = connection->readiness();
    take_unreachable(connection->tcb_, why);
    settle(*connection, before);
}

void Tcp::too_big(const network::IpPacket& packet, std::size_t path_mtu) {
    Connection* const connection = find_sender(packet);
    if (connection == nullptr) return;
    fit_into_path(connection->tcb_, packet.header.source.family(), path_mtu);
    connection->want_output();
}

/// The connection that sent `packet`. Whoever forges an error about it must guess a number that is in
/// flight (RFC 5927 §4.1).
Connection* Tcp::find_sender(const network::IpPacket& packet) const {
    sockeye::Reader in{packet.payload.bytes()};  // not who reads the stream
    const std::uint16_t source_port = in.u16();
    const std::uint16_t target_port = in.u16();
    const Sequence seq{in.u32()};
    if (!in.ok()) return nullptr;
    Connection* const connection = flows_.find(
        {.local = {packet.header.source, source_port}, .peer = {packet.header.target, target_port}});
    if (connection == nullptr) return nullptr;
    const Tcb& tcb = connection->tcb_;
    return tcb.snd_una <= seq && seq < tcb.snd_nxt ? connection : nullptr;
}

void Tcp::reply_with_reset(const Flow& flow, const wire::TcpSegment& segment) {
    reply(flow, reset_for(segment));
}

void Tcp::reply(const Flow& flow, wire::TcpHeader header) {
    header.source_port = flow.local.port();
    header.target_port = flow.peer.port();
    network::IpPacket packet{
        .header = {.source = flow.local.ip(), .target = flow.peer.ip(), .protocol = wire::protocol::tcp},
        .payload = Packet{0}};
    wire::prepend_tcp(packet.payload, header, flow.local.ip(), flow.peer.ip());
    reply(std::move(packet));
}

void Tcp::reply(std::optional<network::IpPacket> packet) {
    constexpr std::size_t limit = 1024;
    if (packet && replies_.size() < limit) replies_.push_back(*std::move(packet));
}

// ---- what is to be sent

std::optional<network::IpPacket> Tcp::poll(Instant now) {
    run_due_timers(now);
    if (!replies_.empty()) {
        auto packet = std::move(replies_.front());
        replies_.pop_front();
        return packet;
    }
    while (Connection* connection = output_.front()) {
        if (auto packet = connection->next_packet(now)) return packet;
        output_.pop();
        reschedule(*connection);
        if (connection->state() == State::closed) bury(*connection);
    }
    return std::nullopt;
}

Instant Tcp::next_wakeup() const {
    if (!output_.empty() || !replies_.empty()) return Instant{};
    return timers_.next_at();
}

void Tcp::run_due_timers(Instant now) {
    while (Connection* connection = timers_.expire(now)) {
        const Connection::Readiness before = connection->readiness();
        reply(connection->run_timers(now));
        settle(*connection, before);
    }
}

/// After anything that may have changed the connection. @param before  how it was
void Tcp::settle(Connection& connection, const Connection::Readiness& before) {
    Listener* const listener = connection.listener_;
    if (listener != nullptr && before.state == State::syn_received && is_synchronized(connection.state())) {
        --listener->half_open_;
        listener->completed_.push_back(&connection);
        changed_.push(*listener);
    }
    if (connection.state() == State::time_wait) stop_counting_orphan(connection);
    const bool somebody_looks = listener == nullptr && connection.tcb_.reader == Reader::attached;
    if (somebody_looks && connection.readiness() != before) changed_.push(connection);
    if (connection.state() == State::closed) return bury(connection);
    connection.want_output();  // and poll() sees to its timers
}

/// Puts the connection where its next timer belongs.
void Tcp::reschedule(Connection& connection) {
    const Instant at = connection.tcb_.next_wakeup();
    if (at == connection.timer_.at()) return;
    connection.timer_.cancel();
    if (at != Instant::never()) timers_.arm(connection, connection.timer_, at);
}

// ---- the tables

Connection& Tcp::add(const Flow& flow, PortClaim claim, Sequence iss, std::size_t path_mtu) {
    const Timestamps clock{timestamp_offset(secret_, flow)};
    Tcb tcb{config_, iss, clock, segment_limits(flow.peer.family(), path_mtu)};
    Connection& connection = connections_.emplace_back(output_, flow, std::move(claim), std::move(tcb));
    connection.self_ = std::prev(connections_.end());
    flows_.insert(connection);
    return connection;
}

/// In CLOSED: nothing finds the connection any more, and its port is free. The object stays until
/// the socket lets go of it, which nobody will do for one that never was accepted or was released.
void Tcp::bury(Connection& connection) {
    connection.tcb_.stop_timers();
    stop_counting_orphan(connection);
    count_memory(connection, 0);
    reschedule(connection);
    Fifo<Connection>::leave(connection);
    flows_.erase(connection);
    connection.claim_ = PortClaim{};
    const bool is_completed = connection.listener_ != nullptr &&
                              std::ranges::count(connection.listener_->completed_, &connection) > 0;
    const bool is_half_open = connection.listener_ != nullptr && !is_completed;
    if (is_half_open) --connection.listener_->half_open_;
    if (is_half_open || connection.tcb_.reader == Reader::gone) connections_.erase(connection.self_);
}

State Tcp::state_of(const Address& local, const Address& peer) const {
    if (const Connection* connection = flows_.find({.local = local, .peer = peer}))
        return connection->state();
    return find_listener(local) == nullptr ? State::closed : State::listen;
}

std::vector<const Listener*> Tcp::listeners() const {
    std::vector<const Listener*> all;
    for (const auto& [port, at_port] : listeners_)
        for (const auto& listener : at_port) all.push_back(listener.get());
    return all;
}

std::size_t Tcp::lingering() const {
    const auto waits = [](const Connection& one) {
        return one.is_orphan_ && one.state() != State::fin_wait_2;
    };
    return static_cast<std::size_t>(std::ranges::count_if(connections_, waits));
}

void Tcp::stop_counting_orphan(Connection& connection) {
    if (std::exchange(connection.is_orphan_, false)) --orphans_;
}

/// Whoever floods many connections with what is ahead of its time must not fill the memory. The connection
/// that asks for too much of it loses what it has ahead, and its peer sends that again.
void Tcp::bound_memory(Connection& connection) {
    ReceiveBuffer& incoming = connection.tcb_.incoming;
    count_memory(connection, static_cast<std::uint32_t>(incoming.memory_ahead()));
    if (memory_ahead_ <= config_.memory_ahead || connection.memory_ahead_ == 0) return;
    incoming.forget_ahead();
    connection.tcb_.sack_report.reset();
    count_memory(connection, 0);
}

void Tcp::count_memory(Connection& connection, std::uint32_t octets) {
    memory_ahead_ = memory_ahead_ - std::exchange(connection.memory_ahead_, octets) + octets;
}

/// bury(), and the socket has let go.
void Tcp::forget(Connection& connection) {
    if (Listener* listener = connection.listener_; listener != nullptr) {
        if (listener->completed_.erase(&connection) > 0) connection.listener_ = nullptr;
    }
    connection.tcb_.reader = Reader::gone;
    bury(connection);
}

}  // namespace sockeye::transport::tcp
