// TCP (RFC 9293): all of one host's connections and listeners. No I/O and no clock.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/queue.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"
#include "transport/endpoint.hpp"
#include "transport/flow_table.hpp"
#include "transport/ports.hpp"
#include "transport/tcp/config.hpp"
#include "transport/tcp/connection.hpp"
#include "transport/tcp/segment_arrives.hpp"
#include "transport/tcp/syn_cookies.hpp"

namespace sockeye::transport::tcp {

/// A passive OPEN, owned by its Tcp until release(). Its backlog is Linux's: the queue of completed
/// connections holds one more than that, and while it is full SYNs are dropped, not refused.
class Listener : public Endpoint {
public:
    Listener(PortClaim claim, std::size_t backlog) : claim_{std::move(claim)}, backlog_{backlog} {}

    Address local() const { return claim_.local(); }
    /// Completed connections that wait for accept().
    std::size_t waiting() const { return completed_.size(); }
    std::size_t backlog() const { return backlog_; }
    /// Connections whose SYN has come, and whose ACK has not.
    std::size_t half_open() const { return half_open_; }
    /// What connections that it accepts start with.
    void apply(const Settings& settings) { settings_ = settings; }
    const Settings& settings() const { return settings_; }

private:
    friend class Tcp;
    bool is_full() const { return completed_.size() > backlog_; }

    PortClaim claim_;
    std::size_t backlog_;
    Queue<Connection*> completed_;
    std::size_t half_open_ = 0;
    Settings settings_;
    Instant cookies_until_;  ///< as long may an ACK be the answer to one
};

// Why segments are dropped, where several places do.
inline constexpr std::string_view bad_checksum = "bad TCP checksum";
inline constexpr std::string_view no_connection = "no such connection";
inline constexpr std::string_view accept_queue_full = "accept queue full";

/// The caller hands in what arrives and after every call polls until there is nothing to send.
class Tcp {
public:
    Tcp(const Config& config, Random random);

    /// Holds a local address for a later listen() or connect(). Port 0: an ephemeral port.
    /// @returns Errc::address_in_use, Errc::resources_exhausted
    Result<PortClaim> bind(const Address& local, Reuse reuse = Reuse::refused) {
        return ports_.claim(local, reuse);
    }

    /// Of connections that are opened from now on.
    void use_ecn(EcnUse use) { config_.ecn = use; }

    /// @param backlog  clamped to 0..4096
    /// @returns Errc::address_in_use where somebody listens there
    Result<Listener*> listen(PortClaim claim, int backlog);
    Result<Listener*> listen(const Address& local, int backlog, Reuse reuse = Reuse::refused);

    /// Sends a SYN to `peer` from `source` and the claim's port.
    /// @param path_mtu  octets of IP packet that the way to the peer takes, at least 68 (RFC 791)
    /// @returns
    ///   - Errc::address_in_use       there is such a connection already
    ///   - Errc::invalid_argument     no peer to connect to: port 0, multicast or broadcast (MUST-46)
    ///   - Errc::resources_exhausted  too many connections
    Result<Connection*> connect(PortClaim claim, const IpAddress& source, const Address& peer, Instant now,
                                std::size_t path_mtu);
    /// The same from a port of its own; `local` port 0: an ephemeral port.
    Result<Connection*> connect(const Address& local, const Address& peer, Instant now, std::size_t path_mtu);

    /// The connection that completed first; nullptr: none waits.
    Connection* accept(Listener& listener);

    /// The socket is closed and must not touch the connection again. Ends it in good order, which
    /// may take until TIME-WAIT is over; with a RST where the user leaves octets unread (SHLD-3).
    void release(Connection& connection, Instant now);
    /// Ends the connection with a RST (RFC 9293 §3.10.5: ABORT) and releases it.
    void abort(Connection& connection);
    /// Stops listening. Connections that nobody accepted are aborted.
    void release(Listener& listener);

    /// What a stream that flows consists of, for a connection that waits for just that.
    /// @returns false: it is something else, for receive(), and nothing has happened yet
    bool receive_expected(const network::IpPacket& packet, Instant now);
    /// @param path_mtu  of the way back, for the connection that a SYN opens
    void receive(const network::IpPacket& packet, Instant now, std::size_t path_mtu);
    /// Why of the latest segment nothing was taken, a literal, once; empty: something was.
    std::string_view take_drop() { return std::exchange(dropped_, {}); }

    /// A packet of ours could not reach its target, says ICMP or this host itself. A connection that
    /// is still being opened ends with Errc::unreachable; others keep trying, and remember it as
    /// their soft error (RFC 5461 §2, §4.1).
    /// @param packet  8 octets of its payload are enough, which is what ICMP quotes (RFC 792)
    void unreachable(const network::IpPacket& packet,
                     network::IcmpNotice::Kind why = network::IcmpNotice::Kind::host_unreachable);
    /// It was larger than the way there takes: smaller segments from here on (RFC 1191, RFC 8201).
    /// @param path_mtu  octets of IP packet that get through
    void too_big(const network::IpPacket& packet, std::size_t path_mtu);

    /// A peer that acknowledged something new since this was last asked: the way there works, and so
    /// does the neighbour on it (RFC 4861 §7.3.1).
    std::optional<IpAddress> take_confirmed() { return std::exchange(confirmed_, std::nullopt); }

    /// The next packet to be sent; to be called until it returns nullopt.
    std::optional<network::IpPacket> poll(Instant now);

    /// When poll() has something to do again; Instant{}: at once.
    Instant next_wakeup() const;

    /// Connections and listeners whose sockets should be looked at again, in the order in which it
    /// happened; nullptr: no more.
    Endpoint* take_changed() { return changed_.pop(); }

    /// Of the connection between these two; else LISTEN where somebody does at `local`, else CLOSED.
    State state_of(const Address& local, const Address& peer) const;
    /// Octets that connections hold while each has a gap in what it received.
    std::size_t memory_ahead() const { return memory_ahead_; }
    /// In any state, released ones included.
    std::size_t connections() const { return connections_.size(); }
    /// The same for whoever shows them, in the order in which they came to be.
    const std::list<Connection>& list() const { return connections_; }
    /// By port.
    std::vector<const Listener*> listeners() const;
    std::size_t syn_backlog() const { return config_.syn_backlog; }
    /// Of the released ones, those whose peer has yet to acknowledge octets or our FIN.
    std::size_t lingering() const;

private:
    Listener* find_listener(const FlowEnd& local) const;
    Connection* find_sender(const network::IpPacket& packet) const;
    Connection& add(const Flow& flow, PortClaim claim, Sequence iss, std::size_t path_mtu);

    bool is_intact(const network::IpPacket& packet, Sequence at, std::span<const std::byte>& text,
                   Connection* connection) const;

    /// A segment, and what else is known of it. It may belong to no connection, or not to the one that
    /// there was.
    struct Visit {
        const Flow& flow;
        const wire::TcpSegment& segment;
        Instant now;
        std::size_t path_mtu;                 // of the way back
        wire::Ecn ecn;                        // of its packet
        std::optional<Sequence> predecessor;  // SND.NXT of the connection that it follows
    };
    void drop(std::string_view why) { dropped_ = why; }
    void deliver(Connection& connection, const Visit& visit);
    bool take_over(Connection& connection, Visit visit);
    void knock_at(Listener& listener, const Visit& visit);
    Connection& open_passively(Listener& listener, const Visit& visit, const wire::TcpHeader& syn,
                               Sequence iss);
    void send_cookie(Listener& listener, const Visit& visit);
    bool take_cookie(Listener& listener, const Visit& visit);

    void reply_with_reset(const Flow& flow, const wire::TcpSegment& segment);
    void reply(const Flow& flow, wire::TcpHeader header);
    void reply(std::optional<network::IpPacket> packet);

    void settle(Connection& connection, const Connection::Readiness& before);
    void run_due_timers(Instant now);
    void reschedule(Connection& connection);
    void bury(Connection& connection);
    void stop_counting_orphan(Connection& connection);
    void bound_memory(Connection& connection);
    void count_memory(Connection& connection, std::uint32_t octets);
    void forget(Connection& connection);

    Config config_;
    Ports ports_;
    HashKey secret_;  // of initial sequence numbers (RFC 6528 §3)
    SynCookies cookies_;
    TimerQueue<Connection> timers_;
    Fifo<Connection> output_;
    Fifo<Endpoint> changed_;
    std::map<std::uint16_t, std::vector<std::unique_ptr<Listener>>> listeners_;  // by port
    std::list<Connection> connections_;                                          // in order of creation
    FlowTable<Connection> flows_;
    std::size_t orphans_ = 0;
    std::size_t memory_ahead_ = 0;
    Queue<network::IpPacket> replies_;  // RSTs, bounded
    std::optional<IpAddress> confirmed_;
    std::string_view dropped_;
};

}  // namespace sockeye::transport::tcp
