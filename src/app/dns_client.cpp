#include "app/dns_client.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/dns_query.hpp"

namespace sockeye::app {
namespace {

using wire::DnsMessage;

constexpr Duration first_wait = 1s;  // RFC 1035 §4.2.1 leaves it to the client; doubled each time

std::span<const std::byte> octets_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

/// The next datagram that answers `query`; whatever else arrives is nobody's business.
Task<Result<DnsMessage>> receive_reply(Socket& socket, const DnsMessage& query, Instant until) {
    constexpr std::size_t largest = 65'535;
    for (;;) {
        Result<Bytes> bytes = co_await socket.recv(largest, until);
        if (!bytes) co_return std::unexpected{std::move(bytes.error())};
        auto reply = wire::parse_dns(octets_of(bytes->text()));
        if (reply && wire::is_dns_reply_to(*reply, query)) co_return std::move(*reply);
    }
}

/// @param[in,out] reply  its count of questions is kept up to date
Task<Result<DnsMessage>> ask_by_datagram(Network& network, const Address& server, const DnsMessage& query,
                                         Instant until, DnsReply& reply) {
    Target target{server};
    target.transport = Transport::udp;
    Result<Socket> socket = co_await create_connection(network, target, until);
    if (!socket) co_return std::unexpected{std::move(socket.error())};
    const std::vector<std::byte> octets = wire::write_dns(query);
    Duration wait = first_wait;
    for (reply.questions = 1;; ++reply.questions) {
        const Instant again = std::min(network.now() + wait, until);
        Result<std::size_t> sent = co_await socket->send(std::span{octets}, again);
        if (!sent) co_return std::unexpected{std::move(sent.error())};
        Result<DnsMessage> message = co_await receive_reply(*socket, query, again);
        if (message || message.error() != Error{Errc::timed_out} || again == until) co_return message;
        wait *= 2;
    }
}

Task<Result<DnsMessage>> ask_by_stream(Network& network, const Address& server, const DnsMessage& query,
                                       Instant until) {
    Result<Socket> socket = co_await create_connection(network, Target{server}, until);
    if (!socket) co_return std::unexpected{std::move(socket.error())};
    const std::vector<std::byte> octets = wire::frame_dns(wire::write_dns(query));
    Result<void> sent = co_await socket->sendall(std::span{octets}, until);
    if (!sent) co_return std::unexpected{std::move(sent.error())};
    std::string stream;
    while (!wire::unframe_dns(octets_of(stream))) {
        Result<Bytes> bytes = co_await socket->recv(65'536, until);
        if (!bytes) co_return std::unexpected{std::move(bytes.error())};
        if (bytes->empty()) co_return std::unexpected{Error{Errc::reset, "recv", "the server hung up"}};
        stream += bytes->text();
    }
    auto reply = wire::parse_dns(*wire::unframe_dns(octets_of(stream)));
    if (!reply || !wire::is_dns_reply_to(*reply, query))
        co_return std::unexpected{Error{Errc::input_output, "recv", "the answer is no DNS"}};
    co_return std::move(*reply);
}

}  // namespace

Task<Result<DnsReply>> ask_dns(Network& network, Address server, const wire::DnsQuestion& question,
                               Duration patience) {
    const Instant began = network.now();
    const Instant until = began + patience;
    const DnsMessage query = wire::make_dns_query(static_cast<std::uint16_t>(network.random()), question);
    DnsReply reply;
    Result<DnsMessage> message = co_await ask_by_datagram(network, server, query, until, reply);
    if (message && message->truncated) {
        reply.over = Transport::tcp;
        message = co_await ask_by_stream(network, server, query, until);
    }
    if (!message) co_return std::unexpected{std::move(message.error())};
    reply.message = std::move(*message);
    reply.took = network.now() - began;
    co_return std::move(reply);
}

}  // namespace sockeye::app
