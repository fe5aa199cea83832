// Taking an address that somebody may have: probe, announce, defend (RFC 5227), and the same for IPv6
// (RFC 4862 §5.4). It decides what is to be said and when; the interface says it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "base/random.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

class Claims {
public:
    /// RFC 5227 §1.1's constants, in its order; IPv6's are RFC 4862 §5.1's.
    struct Config {
        Duration probe_wait = 1s;  ///< at most, before the first probe
        int probes = 3;
        Duration probe_min = 1s;
        Duration probe_max = 2s;
        Duration announce_wait = 2s;
        int announcements = 2;
        Duration announce_interval = 2s;
        Duration defend_interval = 10s;  ///< a second conflict sooner is not answered: no war
        int ipv6_probes = 1;             ///< DupAddrDetectTransmits
        Duration ipv6_interval = 1s;     ///< RetransTimer
    };

    Claims(const Config& config, Random random) : config_{config}, random_{random} {}

    void begin(const Prefix& address, Instant now);
    /// It is ours already, and everybody is told (RFC 5227 §2.3, RFC 4861 §7.2.6).
    void announce(const Prefix& address, Instant now);
    bool is_probing(const IpAddress& ip) const;
    /// Somebody else has it, or wants it too.
    void give_up(const IpAddress& ip);
    /// Whether an address of ours that somebody else uses is to be announced once more, now.
    bool may_defend(const IpAddress& ip, Instant now);

    struct Step {
        enum class Kind : std::uint8_t {
            probe,
            take,  ///< nobody objected: from now on it is ours
            announce,
        };
        Kind kind{};
        Prefix address;
    };
    /// The next thing to do that is due; to be called until it returns nullopt.
    std::optional<Step> next(Instant now);
    Instant next_wakeup() const {
        Instant earliest = Instant::never();
        for (const auto& [ip, claim] : claims_) earliest = std::min(earliest, claim.due);
        return earliest;
    }

private:
    struct Claim {
        Prefix address;
        Instant due;
        int probes = 0;         // sent
        int announcements = 0;  // sent; counted once the address is ours
        bool is_ours = false;
    };

    Duration chosen(Duration least, Duration most);

    Config config_;
    Random random_;
    std::map<IpAddress, Claim> claims_;
    std::map<IpAddress, Instant> defended_;
};

}  // namespace sockeye::network
