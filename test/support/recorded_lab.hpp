// A short run whose recording is looked at.
#pragma once

#include "test/support/scripted_host.hpp"

namespace sockeye::test {

/// ARP, and a datagram each way, the second of which is lost behind the switch.
struct RecordedLab : ScriptedLab {
    RecordedLab() {
        exchange_arp();
        client.send_udp(server, 50000, 9001, "hello");
        move_to(1s);
        world.cut(1);  // the client's cable
        server.send_udp(client, 9001, 50000, "HELLO");
        move_to(2s);
    }
};

}  // namespace sockeye::test
