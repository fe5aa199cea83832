// HostNetwork: a host of a lab that runs in another process, as the network of a program in this one.
#pragma once

#include <memory>
#include <string>

#include "sockeye/message.hpp"
#include "sockeye/network.hpp"

namespace sockeye {
class KernelNetwork;
}

namespace sockeye::remote {

/// Sockets, names, wall time and random are the host's; how long a wait lasts is told by the machine's clock.
/// Once the lab has ended, or the host was switched off, every call is Errc::ended_early, and says so.
class HostNetwork final : public sockeye::Network {
public:
    struct Names {
        std::string lab;
        std::string host;
    };

    /// @param connection  to the lab, which has been told whose program this is
    /// @throws std::system_error when the system refuses even an epoll descriptor
    HostNetwork(OwnedDescriptor connection, const Names& names);
    ~HostNetwork() override;

    /// The machine's own network on the same loop, for the terminal and files. Sockets and streams of it must
    /// be destroyed before this network.
    KernelNetwork& machine();
};

}  // namespace sockeye::remote
