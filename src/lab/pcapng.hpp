// A lab's recording as a pcapng file.
#pragma once

#include <chrono>
#include <string>

#include "lab/world.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::lab {

/// One interface a host's card ("client:eth0"), and each frame once, where its sender offered it
/// to the cable: the copies that switches make would look like retransmissions to an analyser of
/// TCP. A frame that was lost anywhere on its way has the comment "DROP cable cut at CABLE".
/// A custom block at the end holds seed, hash and topology as text, which of the hosts are routers, what
/// somebody did to the lab, how long it ran, and the files that it was made from: Recording reads it.
/// The lab's zero is 2000-01-01 00:00 UTC, as for its programs.
std::string to_pcapng(const World& world);

// What every file of a lab has.

/// When a lab begins.
inline constexpr Duration epoch = std::chrono::sys_days{std::chrono::January / 1 / 2000}.time_since_epoch();
/// Of the addresses that hosts have.
void write_names(wire::PcapngWriter& writer, const Topology& topology);
/// A line a node and cable, and one more for each router.
std::string describe_nodes(const World& world);
/// Seed, hash and topology as text.
std::string describe_recording(const World& world);

}  // namespace sockeye::lab
