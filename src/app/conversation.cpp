#include "app/conversation.hpp"

#include <memory>
#include <utility>

#include "app/sizes.hpp"

namespace sockeye::app {
namespace {

constexpr Duration lingering = 2s;

Task<> hold(Socket connection, Address peer, std::shared_ptr<const Conversation> talk, Observer* observer) {
    Session session{.peer = std::move(peer)};
    if (observer != nullptr) observer->session_began(session.peer);
    session.error = co_await (*talk)(connection, session);
    if (observer != nullptr) observer->session_ended(session);
}

Task<Ending> greet(Network& network, Socket& connection, Session& session,
                   std::shared_ptr<const std::string> text) {
    Ending broken = co_await send_counted(connection, session, *text);
    if (!broken) broken = co_await say_goodbye(network, connection, session);
    co_return broken;
}

}  // namespace

SessionMaker conversing(Conversation talk, Observer* observer) {
    return [talk = std::make_shared<const Conversation>(std::move(talk)), observer](Socket connection,
                                                                                    Address peer) {
        return hold(std::move(connection), std::move(peer), talk, observer);
    };
}

Conversation hello(Network& network, std::string text) {
    return [&network, text = std::make_shared<const std::string>(std::move(text))](
               Socket& connection, Session& session) { return greet(network, connection, session, text); };
}

Task<Ending> send_counted(Socket& connection, Session& session, BytesView bytes) {
    Result<void> sent = co_await connection.sendall(bytes);
    session.sent += sent ? bytes.size() : sent.error().transferred();
    if (sent) co_return std::nullopt;
    co_return sent.error();
}

Task<Ending> say_goodbye(Network& network, Socket& connection, Session& session) {
    if (Result<void> done = connection.shutdown(Shutdown::write); !done) co_return done.error();
    const Deadline deadline{network.now() + lingering};
    for (;;) {
        Result<Bytes> more = co_await connection.recv(piece_of_talk, deadline);
        if (!more && more.error() != Errc::timed_out) co_return more.error();
        if (!more || more->empty()) co_return std::nullopt;
        session.received += more->size();
    }
}

}  // namespace sockeye::app
