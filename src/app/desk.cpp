#include "app/desk.hpp"

#include <memory>
#include <stop_token>
#include <utility>

#include "app/sizes.hpp"
#include "sockeye/event.hpp"

namespace sockeye::app {
namespace {

struct Desk {
    Desk(Network& network, Stream&& stream_, Socket&& server_)
        : stream{std::move(stream_)}, server{std::move(server_)}, somebody_came{network} {}

    Stream stream;
    Socket server;
    Piped piped;
    Address last;
    Event somebody_came;
};

/// Until the input ends. Who answers when nobody has asked yet waits for somebody.
Task<> answer_by_hand(std::shared_ptr<Desk> desk) {
    for (;;) {
        Result<void> somebody = co_await desk->somebody_came.wait();
        if (!somebody) co_return;
        Result<Bytes> typed = co_await desk->stream.read(datagram_in_a_frame);
        if (!typed || typed->empty()) co_return;
        const Address to = desk->last;
        Result<std::size_t> sent = co_await desk->server.sendto(*typed, to);
        // UDP promises nothing; an answer that met a closed port is the peer's affair.
        if (sent) desk->piped.sent += *sent;
    }
}

}  // namespace

Task<Piped> desk(Network& network, Stream stream, Socket server, Observer* observer) {
    const auto desk = std::make_shared<Desk>(network, std::move(stream), std::move(server));
    std::stop_source answering;
    network.spawn(answer_by_hand(desk), answering.get_token());
    for (;;) {
        Result<Datagram> datagram = co_await desk->server.recvfrom(longest_datagram);
        if (!datagram && is_about_a_peer(datagram.error())) continue;
        if (!datagram) {
            desk->piped.error = datagram.error();
            break;
        }
        if (observer != nullptr && desk->last != datagram->sender) observer->session_began(datagram->sender);
        desk->last = datagram->sender;
        desk->somebody_came.set();
        Result<void> written = co_await desk->stream.write(datagram->bytes);
        desk->piped.received += written ? datagram->bytes.size() : written.error().transferred();
        if (written) continue;
        desk->piped.failed = Piped::Side::stream;
        desk->piped.error = written.error();
        break;
    }
    answering.request_stop();
    co_return desk->piped;
}

}  // namespace sockeye::app
