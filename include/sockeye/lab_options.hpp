// What a lab is built with, and what one sees of its cables: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sockeye/error.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

/// How fast a lab's clock runs against the machine's: "max", "1", "0.1", "25". It changes nothing in the
/// lab but when the machine's user sees it.
class Speed {
public:
    constexpr Speed() = default;
    /// As fast as the machine can.
    static constexpr Speed max() { return {}; }
    /// Virtual seconds a second, in thousandths: at least 1.
    static constexpr Speed thousandths(std::uint32_t per_second) { return Speed{per_second}; }
    static constexpr Speed real_time() { return thousandths(1000); }
    /// "max", or a number from 0.001 to 1000000. @returns Errc::invalid_argument, which shows the forms
    static Result<Speed> parse(std::string_view text);

    constexpr bool is_max() const { return thousandths_ == 0; }
    /// How long the machine's user waits for so much virtual time. @pre !is_max()
    Duration of_the_machine(Duration virtual_time) const;
    std::string to_string() const;

    friend constexpr bool operator==(Speed, Speed) = default;

private:
    constexpr explicit Speed(std::uint32_t per_second) : thousandths_{per_second} {}

    std::uint32_t thousandths_ = 0;
};

struct LabOptions {
    std::uint64_t seed = 1;  ///< all chance in the lab comes from it
    Speed speed{};
    /// How often one task may have its turn at one virtual instant; and 64 times as often programs may look
    /// at the clock before it is another's turn. Whoever does more never waits, so that time would never
    /// pass. The first ends a run with Errc::stalled, the second with std::runtime_error; both name the host.
    std::uint64_t spin_limit = 100'000;
    /// The latest frames that stay in memory, for ladder() and pcapng(), and at times as many again; 0: none.
    /// The hash is over all of them.
    std::size_t keep_frames = std::numeric_limits<std::size_t>::max();
};

/// The same in both directions.
struct CableOptions {
    std::uint64_t bits_per_second = 1'000'000'000;
    Duration delay = 500ns;          ///< from one end to the other
    std::size_t queue_limit = 1000;  ///< frames that wait at an end until those before them have left
    /// Frames that wait, from which on those whose sender understands it are marked "congestion
    /// experienced" (RFC 3168) instead of a loss later; 0: never.
    std::size_t mark_from = 0;
    Impairments impairments{};  ///< of each direction
    /// What a router's path costs more by this cable; 0: by its rate, 100 Gbit/s being 1 and 1 Gbit/s 100.
    std::uint32_t cost = 0;
};

/// 802.1D's: off, as in a switch out of the box that is not managed; with it, a port needs 30 s before it
/// forwards (listening and learning), and switches may be cabled in loops.
enum class SpanningTree : std::uint8_t { off, on };

struct SwitchOptions {
    Duration ageing = 300s;  ///< how long a station is remembered that says nothing
    SpanningTree spanning_tree = SpanningTree::off;
    std::uint16_t priority = 0x8000;  ///< in the election of the root, in steps of 4096: less is better
    /// How many frames a second that arrive at one port are flooded (to a group, or to whom the switch does
    /// not know); the rest is dropped. 0: all.
    std::size_t storm_control = 0;
};

/// The VLANs (IEEE 802.1Q) of a switch's port, 1 to 4094.
struct VlanPort {
    /// An access port: in one VLAN, and its frames have no tag.
    static VlanPort access(std::uint16_t vlan) { return {.untagged = vlan, .tagged = {}}; }
    /// A trunk: frames of these VLANs have a tag, those of the native one have none. 0: no native VLAN.
    static VlanPort trunk(std::vector<std::uint16_t> vlans, std::uint16_t native = 0) {
        return {.untagged = native, .tagged = std::move(vlans)};
    }

    std::uint16_t untagged = 1;
    std::vector<std::uint16_t> tagged{};
};

/// A frame on a cable, or in the queue at its beginning.
struct FrameInFlight {
    std::string from;  ///< "client:eth0"
    std::string to;    ///< "lan:1"
    Instant departs;   ///< its first bit
    Instant arrives;   ///< its last bit; where the cable is held, the earliest
    std::string text;  ///< what it is, in one line
};

struct LinkState {
    std::string name;  ///< "client:eth0 -- lan:1"
    bool is_cut = false;
    bool is_held = false;
    std::vector<FrameInFlight> in_flight{};  ///< in the order in which they arrive
};

}  // namespace sockeye
