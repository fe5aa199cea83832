// A switch that learns who is where (IEEE 802.1D-2004 §7.7 to §7.9), without VLANs and spanning tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::link {

using Port = std::uint32_t;

/// What a switch does with one frame.
struct Forwarding {
    enum class Kind : std::uint8_t {
        drop,   ///< not a frame, or its target is on the port it came from
        one,    ///< to `port` alone
        flood,  ///< to every port but the one it came from
    };

    Kind kind = Kind::drop;
    Port port = 0;

    friend bool operator==(const Forwarding&, const Forwarding&) = default;
};

/// Sans I/O and without a timer: an entry's age is looked at when it is used.
class Switch {
public:
    static constexpr Duration ageing_time = 300s;     // IEEE 802.1D-2004 table 7-5
    static constexpr std::size_t table_limit = 8192;  // stations; those beyond are not learned

    /// A frame has arrived at `port`: learns its sender, and says where it goes.
    Forwarding receive(Port port, std::span<const std::byte> frame, Instant now);

    /// Stations in the table, those of old age included until somebody needs their place.
    std::size_t table_size() const { return stations_.size(); }

private:
    struct Station {
        Port port;
        Instant seen;
    };

    void learn(const wire::MacAddress& source, Port port, Instant now);
    bool make_room(Instant now);

    // By MAC address.
    std::map<std::uint64_t, Station> stations_;
    Instant next_forgetting_;  ///< before this, no entry of a full table can be too old
};

}  // namespace sockeye::link
