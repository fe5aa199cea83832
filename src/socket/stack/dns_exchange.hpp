// DnsExchange: one question to one name server over the host's own sockets, as an operation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "socket/part.hpp"
#include "sockeye/socket.hpp"
#include "wire/dns_query.hpp"

namespace sockeye::stack {

/// Over UDP; over TCP where the answer does not fit a datagram (RFC 7766 §5). What is no answer to
/// the question is passed over.
class DnsExchange final : public backend::Waitable {
public:
    /// `asker` must outlive it.
    DnsExchange(sockeye::Network& asker, Address server, wire::DnsMessage query);

    Result<wire::DnsMessage> finish();
    std::string describe() const override { return "name server " + server_.to_string(); }

private:
    Result<wire::DnsMessage> by_datagram();
    Result<wire::DnsMessage> by_stream();
    Result<Bytes> receive(sockeye::Socket& socket);

    sockeye::Network& asker_;
    Address server_;
    wire::DnsMessage query_;
    std::vector<std::byte> octets_;  ///< what is sent; over TCP with its length
    sockeye::Socket datagrams_;
    sockeye::Socket stream_;
    std::string streamed_;
    std::optional<backend::Part<void>> joined_;  ///< UDP: told its peer
    std::optional<backend::Part<sockeye::Socket>> connected_;
    std::optional<backend::Part<void>> sent_;
    std::optional<backend::Part<Bytes>> received_;
};

/// @returns timed_out, refused, unreachable
Op<wire::DnsMessage> ask_server(sockeye::Network& asker, Address server, wire::DnsMessage query,
                                Deadline deadline);

}  // namespace sockeye::stack
