// Which link address a neighbour has: one cache for ARP and neighbour discovery (RFC 4861 §7.3).
//
//   INCOMPLETE --answer--> REACHABLE --time passes--> STALE --used--> DELAY --time passes--> PROBE
//       |                      ^                                        |                      |
//   nobody answers             +------ answer, or a hint from above ----+----------------------+
//   (packets unreachable)                                                    nobody answers: gone
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/packet.hpp"
#include "base/queue.hpp"
#include "network/neighbour_message.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::network {

/// REACHABLE turns into STALE by itself, when its time is over: that takes no timer.
enum class Reachability : std::uint8_t { incomplete, reachable, stale, delay, probe };

struct Neighbour {
    IpAddress ip;
    Reachability state{};
    wire::MacAddress mac;  ///< meaningful except in `incomplete`
    Instant since;         ///< when `mac` was last confirmed, or first asked for
    bool is_router = false;
};

/// One interface's neighbours. It decides what is to be asked and when; the interface asks.
class Neighbours {
public:
    struct Config {
        Duration retransmit = 1s;  ///< between requests for one neighbour (RFC 1122 §2.3.2.1)
        int attempts = 3;          ///< requests without an answer before it is unreachable
        Duration reachable = 30s;  ///< how long an answer counts (RFC 4861 §10)
        Duration delay = 5s;       ///< for upper layers to confirm it, before it is asked (ibid.)
        std::size_t waiting =
            70'000;  ///< octets kept for one being asked for, the latest: one packet in fragments
        std::size_t maximum = 1024;    ///< neighbours
        std::size_t incomplete = 256;  ///< of them being asked for: a scan pushes nobody known out (RFC 6583)
    };

    struct Request {
        IpAddress ip;
        std::optional<wire::MacAddress> mac;  ///< whom to ask; nullopt: everybody
    };

    explicit Neighbours(const Config& config) : config_{config} {}
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;

    /// Where to send a packet for `ip` now; nullopt: it must wait().
    std::optional<wire::MacAddress> find(const IpAddress& ip, Instant now);

    /// Its link address, if it is in the cache; asks for nothing.
    std::optional<wire::MacAddress> known(const IpAddress& ip) const;

    /// Keeps an IP packet until `ip` answers. It is asked as soon as next_request() is called.
    void wait(const IpAddress& ip, Packet packet, Instant now);

    /// Somebody asked us for an address of ours: remembered, but that is no proof that it hears us.
    /// @returns the packets that waited for that, as do the next four
    Queue<Packet> asked(const IpAddress& ip, const wire::MacAddress& mac, Instant now);
    /// Somebody else has made sure of it, as a server has of a client that cannot answer ARP yet.
    Queue<Packet> introduced(const IpAddress& ip, const wire::MacAddress& mac, Instant now);
    /// A router told us of itself (RFC 4861 §6.3.4).
    Queue<Packet> heard_router(const IpAddress& ip, const wire::MacAddress& mac, Instant now);
    /// RFC 4861 §7.2.5. Who is not in the cache stays out of it.
    Queue<Packet> answered(const NeighbourMessage& advertisement, Instant now);
    /// It is there already, and speaks of a link address, to whomever.
    void overheard(const IpAddress& ip, const wire::MacAddress& mac, Instant now);

    /// An upper layer got an answer from it (RFC 4861 §7.3.1).
    void confirm(const IpAddress& ip, Instant now);

    /// The next request that is due; to be called until it returns nullopt.
    std::optional<Request> next_request(Instant now);
    /// never() where nobody is being asked for; an entry that grows old needs no timer.
    Instant next_wakeup() const { return due_; }

    /// A router that has stopped answering.
    std::optional<IpAddress> take_lost();

    /// IP packets whose neighbour did not answer.
    std::optional<Packet> take_unreachable();
    bool has_unreachable() const { return !unreachable_.empty(); }
    /// Those that had to make room for later ones to the same neighbour (RFC 1122 §2.3.2.2).
    std::optional<Packet> take_displaced();

    std::vector<Neighbour> list(Instant now) const;

private:
    struct Entry {
        Reachability state = Reachability::incomplete;
        wire::MacAddress mac;
        Instant since;
        Instant due = Instant::never();  // of the next request
        int attempts = 0;
        bool is_router = false;
        Queue<Packet> waiting;
        std::size_t waiting_octets = 0;
    };
    using Table = std::map<IpAddress, Entry>;

    bool is_old(const Entry& entry, Instant now) const {
        return entry.state == Reachability::reachable && now - entry.since >= config_.reachable;
    }
    /// nullptr: nobody can be reached there yet.
    Entry* reachable_at(const IpAddress& ip);
    void forget(Table::iterator entry);
    void enter(Entry& entry, Reachability state, Instant now);
    static Queue<Packet> release(Entry& entry);
    void learn(Entry& entry, const wire::MacAddress& mac, Reachability state, Instant now);
    bool make_room(Reachability wanted);
    Table::iterator oldest(Reachability state);
    void give_up(Table::iterator entry);
    void find_due();

    Config config_;
    Table table_;
    Table::value_type* latest_ = nullptr;  // of those found: a stream asks for it again and again
    Instant due_ = Instant::never();       // the earliest of the entries'
    Queue<Packet> unreachable_;
    Queue<Packet> displaced_;
    Queue<IpAddress> lost_;
};

}  // namespace sockeye::network
