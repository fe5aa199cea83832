#include "socket/remote/host_network.hpp"

#include <utility>

#include "socket/kernel/epoll_loop.hpp"
#include "socket/kernel/machine.hpp"
#include "socket/remote/connection.hpp"
#include "socket/remote/network.hpp"

namespace sockeye::remote {
namespace {

/// A base, so that loop and connection are there before the network that uses them.
struct ConnectionOwner {
    ConnectionOwner(std::unique_ptr<kernel::EpollLoop> made, OwnedDescriptor descriptor, std::string lab)
        : loop{*made},
          machine{std::move(made)},
          connection{loop, kernel::Descriptor{descriptor.release()}, std::move(lab)} {}

    kernel::EpollLoop& loop;
    kernel::Machine machine;
    Connection connection;
};

class Host final : private ConnectionOwner, public Network {
public:
    Host(OwnedDescriptor descriptor, const HostNetwork::Names& names)
        : ConnectionOwner{std::make_unique<kernel::EpollLoop>(), std::move(descriptor), names.lab},
          Network{loop, connection, names.host} {
        connection.attach(*this);
    }

    KernelNetwork& kernel() { return machine; }
};

}  // namespace

HostNetwork::HostNetwork(OwnedDescriptor connection, const Names& names)
    : sockeye::Network{std::make_unique<Host>(std::move(connection), names)} {}

/// Tasks of either may hold sockets of the other.
HostNetwork::~HostNetwork() {
    auto& host = static_cast<Host&>(backend());
    host.driver().destroy_tasks(host);
    host.driver().destroy_tasks(host.kernel().backend());
}

KernelNetwork& HostNetwork::machine() {
    return static_cast<Host&>(backend()).kernel();
}

}  // namespace sockeye::remote
