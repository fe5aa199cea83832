// A server in a lab, whose client's cable is cut for three seconds: TCP sends again, and nothing is lost.
#include <iostream>

#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"

using namespace sockeye;

void make_upper(Bytes& text) {
    for (std::byte& octet : text)
        if (octet >= std::byte{'a'} && octet <= std::byte{'z'}) octet ^= std::byte{0x20};
}

// A program, written once: it runs on any network.
Task<> upper(Socket connection) {
    while (auto text = co_await connection.recv(1024)) {
        if (text->empty()) co_return;  // the peer closed (FIN)
        make_upper(*text);
        if (!co_await connection.sendall(*text)) co_return;  // the peer is gone (RST)
    }
}

Task<> serve_upper(Network& network, Address at) {
    Socket server = create_server(network, at).value();
    while (auto client = co_await server.accept()) network.spawn(upper(std::move(client->socket)));
}

int main() {
    Lab lab{{.seed = 7}};
    auto& lan = lab.add_switch("lan");
    auto& server = lab.add_host("server", lan, "10.0.0.1/24");
    auto& client = lab.add_host("client", lan, "10.0.0.2/24");
    server.spawn(serve_upper(server, {"0.0.0.0", 9001}));
    lab.at(2s, [&] { lab.cut("client", "lan"); });
    lab.at(5s, [&] { lab.heal("client", "lan"); });

    Socket connection = create_connection(client, {"10.0.0.1", 9001}).wait().value();
    client.sleep(3s).wait().value();
    connection.sendall("through a cut cable").wait().value();
    const Bytes answer = connection.recv(1024).wait().value();

    std::cout << ladder(lab) << "at " << to_string(lab.now()) << " s: " << answer.text() << '\n';
    return answer.text() == "THROUGH A CUT CABLE" ? 0 : 1;
}
