// libevent's events with recv and send by hand, which is faster than its bufferevents.
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "bench/servers/arguments.hpp"

namespace {

struct Server {
    event_base* base;
    std::vector<char> buffer;
};

struct Client {
    Server* server;
    event* readable;
};

void drop(evutil_socket_t connection, Client* client) {
    event_free(client->readable);
    ::close(connection);
    delete client;
}

void echo(evutil_socket_t connection, short, void* argument) {
    auto* client = static_cast<Client*>(argument);
    std::vector<char>& buffer = client->server->buffer;
    const ssize_t octets = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (octets < 0 && errno == EAGAIN) return;
    if (octets <= 0) return drop(connection, client);
    for (ssize_t done = 0; done < octets;) {
        const ssize_t sent =
            ::send(connection, buffer.data() + done, static_cast<std::size_t>(octets - done), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return drop(connection, client);
        if (sent > 0) done += sent;
    }
}

void accept(evconnlistener*, evutil_socket_t connection, sockaddr*, int, void* argument) {
    auto* server = static_cast<Server*>(argument);
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* client = new Client{server, nullptr};
    client->readable = event_new(server->base, connection, EV_READ | EV_PERSIST, echo, client);
    event_add(client->readable, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    Server server{event_base_new(), std::vector<char>(arguments.buffer)};
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(arguments.port);
    if (evconnlistener_new_bind(server.base, accept, &server, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE,
                                backlog, reinterpret_cast<sockaddr*>(&at), sizeof at) == nullptr)
        return 1;
    return event_base_dispatch(server.base);
}
