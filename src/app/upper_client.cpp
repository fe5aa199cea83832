#include "app/upper_client.hpp"

#include <utility>

#include "app/sizes.hpp"

namespace sockeye::app {
namespace {

/// An answer has as many octets as its line; TCP may hand them over in pieces (RFC 9293 §3.9.1.3).
Task<Result<void>> receive_answer(Socket& connection, Exchange& exchange, Transport transport,
                                  Instant until) {
    const bool in_pieces = transport == Transport::tcp;
    do {
        const std::size_t missing = exchange.sent.size() - exchange.received.size();
        Result<Bytes> part = co_await connection.recv(in_pieces ? missing : longest_datagram, until);
        if (!part) co_return std::unexpected{part.error()};
        if (in_pieces && part->empty())
            co_return std::unexpected{
                Error{Errc::input_output, "recv", "the server closed before its answer"}};
        exchange.received += part->text();
    } while (in_pieces && exchange.received.size() < exchange.sent.size());
    co_return {};
}

Task<Result<void>> exchange_line(Network& network, Socket& connection, Exchange& exchange,
                                 Transport transport, Deadline patience) {
    exchange.sent_at = network.now();
    const Instant until = patience.resolve(exchange.sent_at);
    Result<void> sent = co_await connection.sendall(exchange.sent, until);
    if (!sent) co_return sent;
    Result<void> answered = co_await receive_answer(connection, exchange, transport, until);
    exchange.received_at = network.now();
    co_return answered;
}

/// Says FIN and waits for the server's.
Task<Result<void>> close_politely(Socket& connection, Deadline patience) {
    if (Result<void> done = connection.shutdown(Shutdown::write); !done) co_return done;
    Result<Bytes> end = co_await connection.recv(1, patience);
    if (!end) co_return std::unexpected{end.error()};
    if (!end->empty())
        co_return std::unexpected{
            Error{Errc::input_output, "recv", "the server says more than it was asked"}};
    co_return {};
}

Task<Result<void>> talk(Network& network, Socket& connection, std::vector<std::string>& lines,
                        Transport transport, ClientOptions options, Visit& visit) {
    for (std::string& line : lines) {
        if (!visit.exchanges.empty() && options.pause > Duration::zero()) {
            Result<void> slept = co_await network.sleep(options.pause);
            if (!slept) co_return slept;
        }
        Exchange& exchange = visit.exchanges.emplace_back();
        exchange.sent = std::move(line);
        Result<void> answered =
            co_await exchange_line(network, connection, exchange, transport, options.patience);
        if (!answered) co_return answered;
    }
    if (transport == Transport::udp) co_return {};
    co_return co_await close_politely(connection, options.patience);
}

}  // namespace

Task<Visit> upper_client(Network& network, Target server, std::vector<std::string> lines,
                         ClientOptions options) {
    Visit visit;
    visit.began = network.now();
    const Transport transport = server.transport;
    Result<Socket> connection = co_await create_connection(network, std::move(server), options.patience);
    visit.connected = visit.ended = network.now();
    if (!connection) {
        visit.error = connection.error();
        co_return visit;
    }
    visit.local = connection->getsockname().value_or(Address{});
    visit.peer = connection->getpeername().value_or(Address{});
    Result<void> talked = co_await talk(network, *connection, lines, transport, options, visit);
    if (!talked) visit.error = talked.error();
    visit.ended = network.now();
    co_return visit;
}

}  // namespace sockeye::app
