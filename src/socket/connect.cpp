// create_connection: a Target's name, and a connection to it.
#include "socket/backend.hpp"
#include "socket/connecting.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {

Op<Socket> create_connection(Network& network, Target target, Deadline deadline, ConnectOptions options) {
    if (!deadline.is_set() && network.getdefaulttimeout()) deadline = *network.getdefaulttimeout();
    auto connecting = std::make_unique<backend::Connecting>(network, std::move(target), options);
    return {backend::waiting_at("connect", network, std::move(connecting), deadline),
            [](backend::Request& r) { return static_cast<backend::Connecting&>(*r.target).finish(r.until); }};
}

}  // namespace sockeye
