#include "app/dhcp/datagrams.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::app::dhcp {
namespace {

constexpr std::size_t longest = 1500;
constexpr std::size_t packet_info_octets = 20;  // the longer of both families'

}  // namespace

Datagrams::Datagrams(Network& network, std::vector<ServedCard> cards)
    : network_{network}, socket_{network, Family::inet, SocketType::datagram}, cards_{std::move(cards)} {
    socket_.setsockopt(option::so_reuseaddr, true).value();
    socket_.setsockopt(option::so_broadcast, true).value();
    socket_.setsockopt(option::ip_pktinfo, true).value();
    socket_.bind({IpAddress{}, wire::DhcpMessage::server_port}).value();
}

/// By its own address, whatever card that came by: a relay is answered on the side of its clients.
const ServedCard* Datagrams::card_of(const PacketInfo& arrival) const {
    auto found = std::ranges::find(cards_, arrival.address, &ServedCard::address);
    if (found == cards_.end()) found = std::ranges::find(cards_, arrival.interface, &ServedCard::card);
    return found == cards_.end() ? nullptr : &*found;
}

Task<Result<Heard>> Datagrams::hear() {
    for (;;) {
        Result<Message> datagram = co_await socket_.recvmsg(longest, cmsg_space(packet_info_octets));
        if (!datagram) co_return std::unexpected{std::move(datagram.error())};
        if (!datagram->ancillary.packet_info || datagram->truncated) continue;
        const ServedCard* card = card_of(*datagram->ancillary.packet_info);
        auto message = wire::parse_dhcp({datagram->bytes.data(), datagram->bytes.size()});
        if (card == nullptr || !message) continue;
        co_return Heard{.message = *std::move(message), .card = card->card, .own = card->address};
    }
}

Task<> Datagrams::send(const Departure& departure, const Heard& question) {
    using enum Departure::Way;
    const bool is_known =
        departure.way == to_card &&
        introduce_neighbour(network_, question.card, departure.to.ip(), departure.message.mac.octets());
    const bool to_all = departure.way == broadcast || (departure.way == to_card && !is_known);
    const std::vector<std::byte> octets = wire::write_dhcp(departure.message);
    OutgoingMessage message{BytesView{std::span{octets}}};
    message.to = to_all ? Address{"<broadcast>", departure.to.port()} : departure.to;
    // What is routed leaves by whatever card leads there, but in the server's name (RFC 2131 §4.1).
    message.packet_info = PacketInfo{question.own, departure.way == routed ? 0 : question.card};
    (void)co_await socket_.sendmsg(std::move(message));  // the client asks again
}

}  // namespace sockeye::app::dhcp
