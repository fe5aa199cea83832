// Somebody outside a lab who looks on while it runs. What they do reaches nobody in it.
#pragma once

#include "base/packet.hpp"
#include "lab/node.hpp"
#include "lab/recorder.hpp"
#include "sockeye/time.hpp"

namespace sockeye::lab {

/// The world calls, in the order of events. Whoever is told may look at the world, and changes nothing in it.
class Watcher {
public:
    virtual ~Watcher() = default;

    /// A frame has been offered to a cable.
    virtual void frame_leaves(const Record& /*record*/, Instant /*now*/) {}
    /// A frame is at the end of a cable, and the node there is about to hear it.
    /// @param at  where that node is plugged in
    virtual void frame_arrives(const Plug& /*at*/, const Packet& /*frame*/, Instant /*now*/) {}
    /// A host has heard it, and done at once what its stack does about it; its programs have not run yet.
    virtual void heard(const Node& /*host*/, const Packet& /*frame*/, Instant /*now*/) {}
    /// Its programs have run, or a timer of its is due.
    virtual void about_to_poll(const Node& /*node*/, Instant /*now*/) {}
    /// Timers that were due have rung.
    virtual void polled(const Node& /*node*/, Instant /*now*/) {}
};

}  // namespace sockeye::lab
