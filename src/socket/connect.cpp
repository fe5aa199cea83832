// create_connection: a Target's name, and a connection to it.
#include "socket/backend.hpp"
#include "socket/connecting.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

Result<Socket> try_connecting(backend::Request& request) {
    return static_cast<backend::Connecting&>(*request.target).finish(request.until());
}

constexpr backend::Call<Socket> connect_call{"connect", backend::Interest::read, &try_connecting};

}  // namespace

Op<Socket> create_connection(Network& network, Target target, Deadline deadline, ConnectOptions options) {
    if (!deadline.is_set() && network.getdefaulttimeout()) deadline = *network.getdefaulttimeout();
    auto connecting = std::make_unique<backend::Connecting>(network, std::move(target), options);
    return {connect_call, backend::waiting_at(std::move(connecting), deadline)};
}

}  // namespace sockeye
