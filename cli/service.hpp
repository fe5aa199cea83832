// Service: servers that run until the person in front of the machine has had enough of them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>

#include "app/role.hpp"
#include "app/session.hpp"
#include "cli/interrupts.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::cli {

class Service : private app::Observer {
public:
    using Log = std::function<void(const app::Session&)>;

    /// @param log  told of each session that has ended
    /// `network` must outlive the service, and must not run any more once the service is gone.
    Service(Network& network, Log log) : network_{network}, log_{std::move(log)} {}
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Serves from the next turn of the network's loop on.
    void add(Socket server, Transport transport, app::Role role);

    /// Runs until the network is interrupted, then accepts nobody any more and lets sessions finish for a
    /// grace time; a second interrupt cuts that short.
    /// @returns what made it impossible to accept anybody, if anything did
    Result<void> run_until(const Interrupts& interrupts);

private:
    void session_began(const Address& peer) override;
    void session_ended(const app::Session& session) override;
    void server_ended(const Error& why) override;
    void finish();

    Network& network_;
    Log log_;
    std::stop_source accepting_;
    std::stop_source sessions_;
    std::stop_source grace_;
    std::size_t live_ = 0;  ///< sessions
    std::optional<Error> failure_;
};

}  // namespace sockeye::cli
