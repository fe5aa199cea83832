#include <utility>

#include "app/dhcp/datagrams.hpp"
#include "app/dhcp/programs.hpp"

namespace sockeye::app::dhcp {
Task<> serve(Network& network, std::vector<ServedCard> cards, std::shared_ptr<Server> server) {
    Datagrams datagrams{network, std::move(cards)};
    for (;;) {
        const Result<Heard> heard = co_await datagrams.hear();
        if (!heard) {
            if (is_about_a_peer(heard.error())) continue;
            co_return;
        }
        const std::optional<Departure> reply = server->receive(heard->message, heard->own, network.now());
        if (!reply) continue;
        (void)co_await datagrams.send(*reply, *heard);  // a Task<> returns nothing
    }
}

}  // namespace sockeye::app::dhcp
