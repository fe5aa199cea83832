#include "app/server.hpp"

#include <utility>

#include "app/sizes.hpp"
#include "sockeye/event.hpp"

namespace sockeye::app {
namespace {

/// The places of a server that does not take everybody at once.
class Seats {
public:
    Seats(Network& network, std::size_t seats) : free_{seats}, some_free_{network} { some_free_.set(); }

    Op<void> wait() { return some_free_.wait(); }
    void take() {
        if (--free_ == 0) some_free_.clear();
    }
    void leave() {
        if (free_++ == 0) some_free_.set();
    }

private:
    std::size_t free_;
    Event some_free_;
};

/// A session that keeps its seat until it has ended, or is destroyed.
Task<> seated(Task<> session, std::shared_ptr<Seats> seats) {
    struct Seat {
        Seats& seats;
        ~Seat() { seats.leave(); }
    } seat{*seats};
    (void)co_await std::move(session);  // a Task<> returns nothing
}

}  // namespace

Task<> serve(Network& network, Socket server, SessionMaker session, Observer* observer,
             std::stop_token sessions, Limits limits) {
    const auto seats = std::make_shared<Seats>(network, limits.at_once);
    for (std::size_t clients = 0; clients < limits.in_all; ++clients) {
        Result<void> free = co_await seats->wait();
        Result<Accepted> client = std::unexpected{Error{Errc::cancelled}};
        if (free) client = co_await server.accept();
        if (!client) {
            if (observer != nullptr) observer->server_ended(client.error());
            co_return;
        }
        Task<> task = session(std::move(client->socket), std::move(client->peer));
        if (limits.at_once != Limits::none) {
            seats->take();
            task = seated(std::move(task), seats);
        }
        network.spawn(std::move(task), sessions);
    }
}

Task<> answer(Socket connection, Address peer, std::shared_ptr<const Answer> with, Observer* observer) {
    Session session{.peer = std::move(peer)};
    if (observer != nullptr) observer->session_began(session.peer);
    for (;;) {
        Result<Bytes> text = co_await connection.recv(piece_of_talk);
        if (!text) {
            session.error = text.error();
            break;
        }
        if (text->empty()) break;
        session.received += text->size();
        const std::optional<BytesView> reply = (*with)({text->data(), text->size()});
        if (!reply) continue;
        Result<void> sent = co_await connection.sendall(*reply);
        session.sent += sent ? reply->size() : sent.error().transferred();
        if (!sent) {
            session.error = sent.error();
            break;
        }
    }
    if (observer != nullptr) observer->session_ended(session);
}

SessionMaker answering(Answer with, Observer* observer) {
    return
        [with = std::make_shared<const Answer>(std::move(with)), observer](Socket connection, Address peer) {
            return answer(std::move(connection), std::move(peer), with, observer);
        };
}

Task<> answer_datagrams(Socket server, Answer with, Observer* observer) {
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
        const std::optional<BytesView> reply = with({datagram->bytes.data(), datagram->bytes.size()});
        if (reply) {
            Result<std::size_t> sent = co_await server.sendto(*reply, datagram->sender);
            if (sent)
                session.sent = *sent;
            else
                session.error = sent.error();
        }
        if (observer != nullptr) observer->session_ended(session);
    }
}

namespace {

Task<> serve_answers(Network& network, Address at, Answer with, Observer* observer) {
    Socket server = create_server(network, at).value();
    co_await serve(network, std::move(server), answering(std::move(with), observer), observer);
}

Task<> serve_datagrams(Network& network, Address at, Answer with, Observer* observer) {
    Socket server = create_datagram_server(network, at).value();
    co_await answer_datagrams(std::move(server), std::move(with), observer);
}

}  // namespace

Task<> serve_upper(Network& network, Address at, Observer* observer) {
    return serve_answers(network, std::move(at), upper, observer);
}

Task<> serve_upper_datagrams(Network& network, Address at, Observer* observer) {
    return serve_datagrams(network, std::move(at), upper, observer);
}

Task<> serve_echo(Network& network, Address at, Observer* observer) {
    return serve_answers(network, std::move(at), echo, observer);
}

Task<> serve_echo_datagrams(Network& network, Address at, Observer* observer) {
    return serve_datagrams(network, std::move(at), echo, observer);
}

}  // namespace sockeye::app
