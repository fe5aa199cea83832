// Lesson 5: one datagram, from a keyboard to another host's screen.
#include "examples/lessons/lessons.hpp"
#include "examples/lessons/python.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::lessons {

Task<> udp_receiver(Network& network, Terminal& terminal, Setting setting) {
    Socket socket = create_datagram_server(network, setting.at).value();
    auto datagram = co_await socket.recvfrom(1024);
    if (datagram) co_await print(terminal, repr(datagram->bytes.text()) + " " + pair(datagram->sender));
}

Task<> udp_sender(Network& network, Terminal& terminal, Setting setting) {
    auto line = co_await input(terminal, "text:");
    Socket socket{network, setting.at.family(), SocketType::datagram};
    if (!line || !co_await socket.sendto(*line, setting.at))
        co_return;  // an address is numbers, text is octets
}

}  // namespace sockeye::lessons
