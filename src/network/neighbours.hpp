// Which link address a neighbour has: ARP's table (RFC 826) under the state names of RFC 4861 §7.3.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::network {

/// REACHABLE turns into STALE by itself, when its time is over; used after that it is asked again
/// (PROBE) while packets still go where it was last. DELAY has no use before upper layers give hints.
enum class Reachability : std::uint8_t { incomplete, reachable, stale, probe };

struct Neighbour {
    IpAddress ip;
    Reachability state{};
    wire::MacAddress mac;  ///< meaningful except in `incomplete`
    Instant since;         ///< when `mac` was last confirmed, or first asked for
};

/// One interface's neighbours. It decides what is to be asked and when; the interface asks.
class Neighbours {
public:
    struct Config {
        Duration retransmit = 1s;    ///< between requests for one neighbour (RFC 1122 §2.3.2.1)
        int attempts = 3;            ///< requests without an answer before it is unreachable
        Duration reachable = 30s;    ///< how long an answer counts (RFC 4861 §10)
        std::size_t waiting = 3;     ///< packets kept for a neighbour being asked for, the latest
        std::size_t maximum = 1024;  ///< neighbours
    };

    struct Request {
        IpAddress ip;
        std::optional<wire::MacAddress> mac;  ///< whom to ask; nullopt: everybody
    };

    explicit Neighbours(const Config& config) : config_{config} {}

    /// Where to send a packet for `ip` now; nullopt: it must wait().
    std::optional<wire::MacAddress> find(const IpAddress& ip, Instant now);

    /// Keeps `packet` until `ip` answers. It is asked as soon as next_request() is called.
    void wait(const IpAddress& ip, IpPacket packet, Instant now);

    enum class Unknown : std::uint8_t { add, ignore };
    /// `ip` says that it has `mac`. @returns the packets that waited for that
    std::deque<IpPacket> learn(const IpAddress& ip, const wire::MacAddress& mac, Unknown unknown,
                               Instant now);

    /// The next request that is due; to be called until it returns nullopt.
    std::optional<Request> next_request(Instant now);
    /// never() where nobody is being asked for; an entry that grows old needs no timer.
    Instant next_wakeup() const { return due_; }

    /// Packets whose neighbour did not answer.
    std::optional<IpPacket> take_unreachable();

    std::vector<Neighbour> list(Instant now) const;

private:
    struct Entry {
        Reachability state = Reachability::incomplete;  // never `stale`, which follows from `since`
        wire::MacAddress mac;
        Instant since;
        Instant next_attempt = Instant::never();
        int attempts = 0;
        std::deque<IpPacket> waiting;
    };
    using Table = std::map<IpAddress, Entry>;

    bool is_stale(const Entry& entry, Instant now) const {
        return entry.state == Reachability::reachable && now - entry.since >= config_.reachable;
    }
    void ask(Entry& entry, Instant now);
    bool make_room();
    void give_up(Table::iterator entry);
    void find_due();

    Config config_;
    Table table_;
    Instant due_ = Instant::never();  // the earliest next_attempt
    std::deque<IpPacket> unreachable_;
};

}  // namespace sockeye::network
