// A server's socket for DHCP: one for all its cards, which says by which of them a message came.
#pragma once

#include <vector>

#include "app/dhcp/programs.hpp"
#include "app/session.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::app::dhcp {

struct Heard {
    wire::DhcpMessage message;
    std::uint32_t card = 0;  ///< its number
    IpAddress own;           ///< what the server is called there
};

class Datagrams {
public:
    /// Throws where the port cannot be had.
    Datagrams(Network& network, std::vector<ServedCard> cards);

    /// The next message that makes sense and came by one of the cards, or for one of their addresses.
    Task<Result<Heard>> hear();
    /// Where `departure` is for a card whose owner the host cannot be told of, it becomes one for all.
    /// By the card that the question came by, or by whatever leads to where it is routed.
    /// What cannot be sent is as good as lost: the client asks again.
    Task<> send(const Departure& departure, const Heard& question);

private:
    const ServedCard* card_of(const PacketInfo& arrival) const;

    Network& network_;
    Socket socket_;
    std::vector<ServedCard> cards_;
};

}  // namespace sockeye::app::dhcp
