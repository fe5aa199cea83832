#include <utility>

#include "app/dhcp/datagrams.hpp"
#include "app/dhcp/programs.hpp"
#include "app/dhcp/relay_agent.hpp"

namespace sockeye::app::dhcp {

Task<> relay(Network& network, std::vector<ServedCard> cards, IpAddress server) {
    Datagrams datagrams{network, std::move(cards)};
    for (;;) {
        const Result<Heard> heard = co_await datagrams.hear();
        if (!heard) {
            if (is_about_a_peer(heard.error())) continue;
            co_return;
        }
        const bool is_question = heard->message.operation == wire::DhcpOperation::boot_request;
        const std::optional<Departure> departure = is_question
                                                       ? relayed_question(heard->message, heard->own, server)
                                                       : relayed_reply(heard->message, heard->own);
        if (!departure) continue;
        (void)co_await datagrams.send(*departure, *heard);  // a Task<> returns nothing
    }
}

}  // namespace sockeye::app::dhcp
