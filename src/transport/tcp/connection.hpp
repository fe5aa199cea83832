// One TCP connection as the socket floor uses it (RFC 9293 §3.9.1: SEND, RECEIVE, CLOSE, STATUS).
//
// Theory of operation
//
// A connection is a Tcb, plain data, and two functions over it. segment_arrives() runs the RFC's
// numbered checks on what came in and changes the Tcb; it sends nothing. next_segment() looks at the
// Tcb and makes the next segment that may leave now, or none. So everything that a batch of segments
// asks for is decided once, after the batch: one ACK for all of it, with the newest window (RFC 9293
// MUST-58 and MUST-59).
//
// What may leave follows from what is marked as lost (recovery.hpp), from what the user has sent
// since, and from the windows, the peer's and the network's (plan.hpp). Acknowledgments and timers
// only mark: a timeout marks all that the peer does not have, and what follows is ordinary sending
// within a window of one segment. A closed window is no case of its own either: the same timer makes
// a probe.
//
// Timers: retransmission (which is also the persist timer; there is never need of both), the delayed
// ACK, lingering (2 MSL, or an orphan's patience), keepalive, and recovery's two, for reordering and for
// a tail that is silent. run_timers() does what they ask for.
//
// Nothing here calls upwards. Tcp asks its connections for segments and reports, by take_changed(),
// which of them a socket should look at again.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <span>

#include "base/timer_queue.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"
#include "transport/endpoint.hpp"
#include "transport/flow.hpp"
#include "transport/ports.hpp"
#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

class Listener;

/// Owned by its Tcp until release(); every call that may give rise to a segment is to be followed
/// by Tcp::poll().
class Connection : public Endpoint, public Fifo<Connection>::Link {
public:
    const Flow& flow() const { return flow_; }
    Address local() const { return flow_.local; }
    Address peer() const { return flow_.peer; }
    State state() const { return tcb_.state; }

    /// Takes what there is room for. @returns octets taken, 0 where the buffer is full, or
    ///   - Errc::closed         after shutdown_write()
    ///   - Errc::not_connected  in CLOSED, once take_error() has told why
    Result<std::size_t> send(std::span<const std::byte> bytes);
    /// The same in two steps and without a copy: where up to `most` octets may be written, as far as
    /// that is in one piece (empty: nowhere), and to send those that were.
    std::span<std::byte> prepare(std::size_t most);
    void commit(std::size_t octets);
    /// Octets that send() would take now.
    std::size_t send_space() const;
    /// Octets sent by the user and not yet acknowledged by the peer (SIOCOUTQ).
    std::size_t unacknowledged() const { return tcb_.outgoing.size(); }

    /// Copies the oldest octets out; receive() also forgets them. @returns how many there were;
    /// 0 means the end where is_eof(), else that nothing is here yet
    std::size_t receive(std::span<std::byte> out);
    std::size_t peek(std::span<std::byte> out) const { return tcb_.incoming.peek(out); }
    /// Likewise the oldest octets in place, as far as they are in one piece, and to forget them.
    std::span<const std::byte> front() const { return tcb_.incoming.front(); }
    void consume(std::size_t octets);
    std::size_t readable() const { return tcb_.incoming.readable(); }
    /// The peer has finished, or the connection has ended, and everything has been read.
    bool is_eof() const;

    /// FIN behind what has been sent (RFC 9293 §3.10.4: CLOSE); reading goes on.
    /// @returns Errc::not_connected in CLOSED
    Result<void> shutdown_write();
    bool is_write_shut() const { return tcb_.fin_queued; }

    /// Takes effect at once, on what waits already too.
    void apply(const Settings& settings, Instant now);
    const Settings& settings() const { return *tcb_.settings; }

    /// Why the connection ended, once: refused, reset, timed_out, unreachable.
    std::optional<Errc> take_error();
    bool has_error() const { return tcb_.error.has_value(); }
    /// What ICMP last said against the connection, which goes on all the same (RFC 5461).
    std::optional<Errc> soft_error() const { return tcb_.soft_error; }

    /// The whole control block, for whoever shows or tests it.
    const Tcb& status() const { return tcb_; }

    /// For Tcp alone, which knows when.
    Connection(Fifo<Connection>& output, const Flow& flow, PortClaim claim, Tcb tcb);

private:
    friend class Tcp;

    /// What a socket would see a difference in.
    struct Readiness {
        State state;
        std::size_t readable;
        std::size_t send_space;
        bool failed;
        friend bool operator==(const Readiness&, const Readiness&) = default;
    };
    Readiness readiness() const;

    void want_output() { output_.push(*this); }
    std::optional<network::IpPacket> next_packet(Instant now);
    std::optional<network::IpPacket> abort_packet() const;
    /// @returns the RST that tells a peer which keepalive has given up
    std::optional<network::IpPacket> run_timers(Instant now);

    Fifo<Connection>& output_;
    Flow flow_;
    PortClaim claim_;
    Tcb tcb_;
    Listener* listener_ = nullptr;    // until accepted
    std::uint32_t memory_ahead_ = 0;  // octets, as Tcp has counted them
    bool is_orphan_ = false;          // released, and not in TIME-WAIT yet
    std::list<Connection>::iterator self_;
    TimerQueue<Connection>::Timer timer_;  // the first of the Tcb's
};

}  // namespace sockeye::transport::tcp
