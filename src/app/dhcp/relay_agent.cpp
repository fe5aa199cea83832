#include "app/dhcp/relay_agent.hpp"

#include <utility>

namespace sockeye::app::dhcp {

using wire::DhcpMessage;

std::optional<Departure> relayed_question(DhcpMessage message, const IpAddress& own,
                                          const IpAddress& server) {
    constexpr std::uint8_t most_hops = 4;  // RFC 1542 §4.1.1: at most 16
    if (message.operation != wire::DhcpOperation::boot_request || message.hops >= most_hops)
        return std::nullopt;
    ++message.hops;
    if (message.relay.is_unspecified()) message.relay = own;  // the first relay's stays
    return Departure{std::move(message), Departure::Way::routed, {server, DhcpMessage::server_port}};
}

/// RFC 1542 §4.1.2: to the client's card, or to all where it says that it hears nothing else.
std::optional<Departure> relayed_reply(DhcpMessage message, const IpAddress& own) {
    if (message.operation != wire::DhcpOperation::boot_reply || message.relay != own) return std::nullopt;
    const bool to_all = message.broadcast || message.your.is_unspecified();
    const Address to = to_all ? Address{"<broadcast>", DhcpMessage::client_port}
                              : Address{message.your, DhcpMessage::client_port};
    return Departure{std::move(message), to_all ? Departure::Way::broadcast : Departure::Way::to_card, to};
}

}  // namespace sockeye::app::dhcp
