#include "socket/stack/dns_exchange.hpp"

#include <utility>

#include "socket/backend.hpp"

namespace sockeye::stack {
namespace {

constexpr std::size_t largest = 65'535;

Result<wire::DnsMessage> try_dns(backend::Request& request) {
    return static_cast<DnsExchange&>(*request.target).finish();
}

constexpr backend::Call<wire::DnsMessage> dns_call{"dns", backend::Interest::read, &try_dns};

std::span<const std::byte> octets_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

}  // namespace

DnsExchange::DnsExchange(sockeye::Network& asker, Address server, wire::DnsMessage query)
    : Waitable{asker.backend().driver()},
      asker_{asker},
      server_{std::move(server)},
      query_{std::move(query)},
      octets_{wire::write_dns(query_)} {}

Result<wire::DnsMessage> DnsExchange::finish() {
    if (!connected_) {
        Result<wire::DnsMessage> reply = by_datagram();
        if (!reply || !reply->truncated) return reply;
        octets_ = wire::frame_dns(octets_);
        received_.reset();
        sent_.reset();
        connected_.emplace(*this, create_connection(asker_, server_, Deadline::never()));
    }
    return by_stream();
}

Result<wire::DnsMessage> DnsExchange::by_datagram() {
    if (!joined_) {
        datagrams_ = sockeye::Socket{asker_, server_.family(), SocketType::datagram};
        joined_.emplace(*this, datagrams_.connect(server_, Deadline::never()));
    }
    if (!joined_->has_ended()) return std::unexpected{Errc::would_block};
    if (!sent_) {
        if (Result<void> joined = joined_->take(); !joined) return std::unexpected{std::move(joined.error())};
        sent_.emplace(*this, datagrams_.sendall(std::span{octets_}, Deadline::never()));
    }
    for (;;) {
        Result<Bytes> bytes = receive(datagrams_);
        if (!bytes) return std::unexpected{std::move(bytes.error())};
        auto reply = wire::parse_dns(octets_of(bytes->text()));
        if (reply && wire::is_dns_reply_to(*reply, query_)) return std::move(*reply);
    }
}

Result<wire::DnsMessage> DnsExchange::by_stream() {
    if (!connected_->has_ended()) return std::unexpected{Errc::would_block};
    if (!sent_) {
        Result<sockeye::Socket> connected = connected_->take();
        if (!connected) return std::unexpected{std::move(connected.error())};
        stream_ = std::move(*connected);
        sent_.emplace(*this, stream_.sendall(std::span{octets_}, Deadline::never()));
    }
    while (!wire::unframe_dns(octets_of(streamed_))) {
        Result<Bytes> bytes = receive(stream_);
        if (!bytes) return std::unexpected{std::move(bytes.error())};
        if (bytes->empty()) return std::unexpected{Errc::reset};
        streamed_ += bytes->text();
    }
    auto reply = wire::parse_dns(*wire::unframe_dns(octets_of(streamed_)));
    if (!reply || !wire::is_dns_reply_to(*reply, query_))
        return std::unexpected{Error{Errc::input_output, "", "the answer is no DNS"}};
    return std::move(*reply);
}

Result<Bytes> DnsExchange::receive(sockeye::Socket& socket) {
    if (!received_) received_.emplace(*this, socket.recv(largest, Deadline::never()));
    if (!received_->has_ended()) return std::unexpected{Errc::would_block};
    Result<Bytes> bytes = received_->take();
    received_.reset();
    return bytes;
}

Op<wire::DnsMessage> ask_server(sockeye::Network& asker, Address server, wire::DnsMessage query,
                                Deadline deadline) {
    auto exchange = std::make_unique<DnsExchange>(asker, std::move(server), std::move(query));
    return {dns_call, backend::waiting_at(std::move(exchange), deadline)};
}

}  // namespace sockeye::stack
