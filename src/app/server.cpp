#include "app/server.hpp"

#include <utility>

namespace sockeye::app {
namespace {

constexpr std::size_t most_at_once = std::size_t{16} * 1024;
constexpr std::size_t longest_datagram = 65'535;  // UDP's length field (RFC 768), header included

/// What an earlier answer met on its way (RFC 1122 §4.1.3.3): it concerns one peer, not the server.
bool is_about_a_peer(const Error& error) {
    return error == Errc::refused || error == Errc::reset || error == Errc::unreachable;
}

}  // namespace

Task<> serve(Network& network, Socket server, SessionMaker session, Observer* observer,
             std::stop_token sessions) {
    for (;;) {
        Result<Accepted> client = co_await server.accept();
        if (!client) {
            if (observer != nullptr) observer->server_ended(client.error());
            co_return;
        }
        network.spawn(session(std::move(client->socket), std::move(client->peer)), sessions);
    }
}

Task<> answer(Socket connection, Address peer, Role role, Observer* observer) {
    Session session{.peer = std::move(peer)};
    if (observer != nullptr) observer->session_began(session.peer);
    for (;;) {
        Result<Bytes> text = co_await connection.recv(most_at_once);
        if (!text) {
            session.error = text.error();
            break;
        }
        if (text->empty()) break;
        session.received += text->size();
        role.transform({text->data(), text->size()});
        Result<void> sent = co_await connection.sendall(*text);
        session.sent += sent ? text->size() : sent.error().transferred();
        if (!sent) {
            session.error = sent.error();
            break;
        }
    }
    if (observer != nullptr) observer->session_ended(session);
}

SessionMaker answering(Role role, Observer* observer) {
    return [role, observer](Socket connection, Address peer) {
        return answer(std::move(connection), std::move(peer), role, observer);
    };
}

Task<> answer_datagrams(Socket server, Role role, Observer* observer) {
    for (;;) {
        Result<Datagram> datagram = co_await server.recvfrom(longest_datagram);
        if (!datagram) {
            if (is_about_a_peer(datagram.error())) continue;
            if (observer != nullptr) observer->server_ended(datagram.error());
            co_return;
        }
        Session session{
            .peer = datagram->sender, .transport = Transport::udp, .received = datagram->bytes.size()};
        if (observer != nullptr) observer->session_began(session.peer);
        role.transform({datagram->bytes.data(), datagram->bytes.size()});
        Result<std::size_t> sent = co_await server.sendto(datagram->bytes, datagram->sender);
        if (sent)
            session.sent = *sent;
        else
            session.error = sent.error();
        if (observer != nullptr) observer->session_ended(session);
    }
}

namespace {

Task<> serve_role(Network& network, Address at, Role role, Observer* observer) {
    Socket server = create_server(network, at).value();
    co_await serve(network, std::move(server), answering(role, observer), observer);
}

Task<> serve_role_datagrams(Network& network, Address at, Role role, Observer* observer) {
    Socket server = create_datagram_server(network, at).value();
    co_await answer_datagrams(std::move(server), role, observer);
}

}  // namespace

Task<> serve_upper(Network& network, Address at, Observer* observer) {
    return serve_role(network, std::move(at), upper, observer);
}

Task<> serve_upper_datagrams(Network& network, Address at, Observer* observer) {
    return serve_role_datagrams(network, std::move(at), upper, observer);
}

Task<> serve_echo(Network& network, Address at, Observer* observer) {
    return serve_role(network, std::move(at), echo, observer);
}

Task<> serve_echo_datagrams(Network& network, Address at, Observer* observer) {
    return serve_role_datagrams(network, std::move(at), echo, observer);
}

}  // namespace sockeye::app
