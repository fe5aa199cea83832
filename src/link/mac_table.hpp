// What a switch has learned: which station is behind which port (IEEE 802.1D-2004 §7.8 and §7.9), in each
// VLAN for itself (802.1Q §8.8: independent learning).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "link/port.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::link {

/// Without a timer: an entry's age is looked at when it is used.
class MacTable {
public:
    static constexpr Duration usual_ageing = 300s;  // IEEE 802.1D-2004 table 7-5
    static constexpr std::size_t limit = 8192;      // stations; those beyond are not learned

    explicit MacTable(Duration ageing = usual_ageing) : ageing_{ageing} {}

    void learn(std::uint16_t vlan, const wire::MacAddress& station, Port port, Instant now);
    /// nullopt: nobody has heard of it for the ageing time.
    std::optional<Port> find(std::uint16_t vlan, const wire::MacAddress& station, Instant now) const;
    /// Stations behind that port.
    void forget(Port port);

    Duration ageing() const { return ageing_; }
    /// From now on, for those that are known too.
    void set_ageing(Duration ageing) { ageing_ = ageing; }

    /// Stations in the table, those of old age included until somebody needs their place.
    std::size_t size() const { return size_; }

    struct Entry {
        std::uint16_t vlan;
        wire::MacAddress station;
        Port port;
        Duration age;
    };
    /// Those that are not too old, by VLAN and address.
    std::vector<Entry> entries(Instant now) const;

private:
    struct Station {
        std::uint64_t where = nowhere;  ///< VLAN and MAC address
        Port port = 0;
        Instant seen;
    };
    static constexpr std::uint64_t nowhere = ~std::uint64_t{0};  // of a free place: no station is a group

    Station* place_of(std::uint64_t where) const;
    void grow();
    template <class Predicate>
    void forget_if(Predicate is_gone);
    bool make_room(Instant now);

    Duration ageing_;
    mutable std::vector<Station> stations_;  // an open hash with linear probing, at most half full
    std::size_t size_ = 0;
    Instant next_forgetting_;  // before this, no entry of a full table can be too old
};

}  // namespace sockeye::link
