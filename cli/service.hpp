// Service: servers that run until the person in front of the machine has had enough of them.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>

#include "app/server.hpp"
#include "app/session.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::cli {

/// It is the observer that its sessions report to, and tells `log` in turn.
class Service final : public app::Observer {
public:
    /// `network` must outlive the service, and must not run any more once the service is gone.
    Service(Network& network, app::Observer& log) : network_{network}, log_{log} {}
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Both serve from the next turn of the network's loop on.

    /// @param session  made with this service as its observer
    void add(Socket server, app::SessionMaker session, app::Limits limits = {});
    void add_datagrams(Socket server, app::Answer answer);

    /// Runs until the network is stopped, as Interrupts does, then accepts nobody any more and lets sessions
    /// finish for a grace time; stopping it again cuts that short. Also ends when a server has had all its
    /// clients.
    /// @returns what made it impossible to accept anybody, if anything did
    Result<void> run();
    /// How the last session broke off, if it did; one that we stopped did not.
    const std::optional<Error>& broken_off() const { return broken_off_; }

    void session_began(const Address& peer) override;
    void session_ended(const app::Session& session) override;
    void server_ended(const Error& why) override;

private:
    void finish();

    Network& network_;
    app::Observer& log_;
    std::stop_source accepting_;
    std::stop_source sessions_;
    std::stop_source grace_;
    std::size_t live_ = 0;  ///< sessions
    std::optional<Error> failure_;
    std::optional<Error> broken_off_;
};

}  // namespace sockeye::cli
