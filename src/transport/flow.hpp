// Both ends of a conversation, seen from this host: what demultiplexing looks up.
#pragma once

#include <cstdint>

#include "sockeye/address.hpp"
#include "transport/keyed_hash.hpp"

namespace sockeye::transport {

/// An Address without what only sockets know of: plain octets, since each segment asks for its flow.
class FlowEnd {
public:
    FlowEnd() = default;
    FlowEnd(const IpAddress& ip, std::uint16_t port) : ip_{ip}, port_{port} {}
    FlowEnd(const Address& address) : FlowEnd{address.ip(), address.port()} {}
    operator Address() const { return Address{ip_, port_}; }

    const IpAddress& ip() const { return ip_; }
    Family family() const { return ip_.family(); }
    std::uint16_t port() const { return port_; }

    friend bool operator==(const FlowEnd& a, const FlowEnd& b) {
        return a.port_ == b.port_ && a.ip_ == b.ip_;
    }

private:
    IpAddress ip_;
    std::uint16_t port_ = 0;
};

struct Flow {
    FlowEnd local;
    FlowEnd peer;

    friend bool operator==(const Flow&, const Flow&) = default;
};

/// Peers choose their addresses and ports, so whoever hashes them needs a key that they do not know.
std::uint64_t keyed_hash(const HashKey& key, const Flow& flow);

}  // namespace sockeye::transport
