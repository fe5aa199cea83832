// What to ask a UDP service so that it answers: silence is all that others would say.
#pragma once

#include <cstdint>
#include <string>

namespace sockeye::cli {

/// A DNS query (RFC 1035) for port 53, an NTP client's packet (RFC 5905 §7.3) for 123; else nothing.
std::string udp_question(std::uint16_t port);

}  // namespace sockeye::cli
