// An authoritative name server as a program, over UDP and TCP (RFC 1035 §4.2, RFC 7766).
#pragma once

#include <memory>

#include "app/conversation.hpp"
#include "app/dns/authority.hpp"

namespace sockeye::app::dns {

// An address that cannot be had is thrown, since there is nobody to tell.

/// Answers datagrams until its task is stopped.
Task<> serve_datagrams(Network& network, Address at, std::shared_ptr<const Authority> authority,
                       Observer* observer = nullptr);

/// Answers streams: questions as they come, one after the other, until the client has none for 10 s or
/// says something that is no DNS; a hundred clients at once.
/// @param sessions  stops the sessions; stopping the server's task alone lets them go on
Task<> serve_streams(Network& network, Address at, std::shared_ptr<const Authority> authority,
                     Observer* observer = nullptr, std::stop_token sessions = {});

}  // namespace sockeye::app::dns
