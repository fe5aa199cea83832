#include "app/dns/server.hpp"

#include <string>
#include <utility>

#include "wire/dns_query.hpp"

namespace sockeye::app::dns {
namespace {

constexpr Duration until_next_question = 10s;  // RFC 7766 §6.2.3: in the order of seconds
constexpr std::size_t most_clients = 100;

/// Keeps the latest answer, which is sent before the next one is made.
Answer answering_datagrams(std::shared_ptr<const Authority> authority) {
    return [authority = std::move(authority), latest = std::vector<std::byte>{}](
               std::span<std::byte> query) mutable -> std::optional<BytesView> {
        std::optional<std::vector<std::byte>> reply = authority->answer(query, Authority::Over::udp);
        if (!reply) return std::nullopt;
        latest = *std::move(reply);
        return std::span{std::as_const(latest)};
    };
}

/// Answers all the questions that are there already.
Task<Ending> answer_waiting(Socket& connection, Session& session, const Authority& authority,
                            std::string& stream) {
    for (;;) {
        const auto query = wire::unframe_dns(std::as_bytes(std::span{stream}));
        if (!query) co_return std::nullopt;
        const auto reply = authority.answer(*query, Authority::Over::tcp);
        constexpr std::size_t length_field = 2;
        stream.erase(0, length_field + query->size());
        if (!reply) co_return Error{Errc::input_output, "recv", "what the client says is no question"};
        const std::vector<std::byte> framed = wire::frame_dns(*reply);
        Ending broken = co_await send_counted(connection, session, std::span{framed});
        if (broken) co_return broken;
    }
}

Task<Ending> talk(Network& network, Socket& connection, Session& session,
                  std::shared_ptr<const Authority> authority) {
    constexpr std::size_t most_at_once = 4096;
    std::string stream;
    for (;;) {
        Result<Bytes> more = co_await connection.recv(most_at_once, until_next_question);
        if (!more && more.error() != Errc::timed_out) co_return more.error();
        if (!more || more->empty()) break;
        session.received += more->size();
        stream += more->text();
        Ending broken = co_await answer_waiting(connection, session, *authority, stream);
        if (broken) co_return broken;
    }
    Ending ended = co_await say_goodbye(network, connection, session);
    co_return ended;
}

}  // namespace

Task<> serve_datagrams(Network& network, Address at, std::shared_ptr<const Authority> authority,
                       Observer* observer) {
    Socket server = create_datagram_server(network, at).value();
    co_await answer_datagrams(std::move(server), answering_datagrams(std::move(authority)), observer);
}

Task<> serve_streams(Network& network, Address at, std::shared_ptr<const Authority> authority,
                     Observer* observer, std::stop_token sessions) {
    Socket server = create_server(network, at).value();
    const Conversation conversation = [&network, authority = std::move(authority)](Socket& connection,
                                                                                   Session& session) {
        return talk(network, connection, session, authority);
    };
    co_await serve(network, std::move(server), conversing(conversation, observer), observer, sessions,
                   {.at_once = most_clients});
}

}  // namespace sockeye::app::dns
