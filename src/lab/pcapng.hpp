// A lab's recording as a pcapng file.
#pragma once

#include <string>

#include "lab/world.hpp"

namespace sockeye::lab {

/// One interface a host's card ("client:eth0"), and each frame once, where its sender offered it
/// to the cable: the copies that switches make would look like retransmissions to an analyser of
/// TCP. A frame that was lost anywhere on its way has the comment "DROP cable cut at CABLE".
/// A custom block at the end holds seed, hash and topology as text.
/// The lab's zero is 2000-01-01 00:00 UTC, as for its programs.
std::string to_pcapng(const World& world);

}  // namespace sockeye::lab
