// DHCP as programs: a server, a relay, and a client that keeps its host configured.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "app/dhcp/client.hpp"
#include "app/dhcp/server.hpp"
#include "sockeye/network.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::dhcp {

/// A card that is served, and the address that this host has on it.
struct ServedCard {
    std::uint32_t card = 0;  ///< its number: 1, 2, …
    IpAddress address;
};

/// Answers what arrives by those cards until its task is stopped. What is sent to a client without an
/// address goes to its MAC where the network lets programs introduce neighbours, else to all.
/// A port that cannot be had is thrown, since there is nobody to tell.
Task<> serve(Network& network, std::vector<ServedCard> cards, std::shared_ptr<Server> server);

/// Passes on what clients say who hear no server, and what the server answers (RFC 1542 §4): a relay
/// agent, until its task is stopped.
/// @param cards  where the clients are
Task<> relay(Network& network, std::vector<ServedCard> cards, IpAddress server);

/// Told what the client does, so that somebody may print it.
class ClientObserver {
public:
    virtual void state_changed(ClientState /*state*/) {}
    virtual void configured(const Lease& /*lease*/) {}
    virtual void unconfigured(const Lease& /*lease*/, std::string_view /*why*/) {}
    /// The address cannot be taken: somebody else has it.
    virtual void conflict(const IpAddress& /*ip*/) {}
    /// What the host could not be given, such as a route to a router in no network of its.
    virtual void failed(const Error& /*why*/) {}

protected:
    ~ClientObserver() = default;
};

struct ClientOptions {
    std::uint32_t card = 1;  ///< its number
    std::optional<IpAddress> previous{};
    std::optional<Duration> lease{};
    bool probe = true;
    bool broadcast = false;
    Duration start_delay{};
};

/// Gets an address for a card of the host's, with a route to the first router that is told and the name
/// servers, and keeps it as long as it can. When its task is stopped, it gives the lease back. Needs
/// cards that may be configured: see <sockeye/cards.hpp>.
/// @param observer  outlives the network's tasks
Task<> keep_configured(Network& network, ClientOptions options, ClientObserver* observer = nullptr);

}  // namespace sockeye::app::dhcp
