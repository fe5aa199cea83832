// A DHCP server (RFC 2131 §4.3, RFC 2132): messages in, messages out. No I/O and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/dhcp/leases.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/dhcp.hpp"

namespace sockeye::app::dhcp {

/// A network whose hosts get their addresses here: behind one of the server's cards, or behind a relay.
struct Subnet {
    Prefix network;   ///< "192.168.1.0/24", or any address of it
    IpAddress first;  ///< of the pool
    IpAddress last;
    std::vector<IpAddress> routers{};
    std::vector<IpAddress> name_servers{};
    std::string domain{};
    Duration lease = 1h;  ///< whole seconds; a client may ask for less
    std::vector<Leases::Reservation> reservations{};
};

struct ServerConfig {
    std::vector<Subnet> subnets;
    Duration offer = 60s;      ///< how long an offer is kept for its client
    Duration quarantine = 1h;  ///< how long nobody gets an address that was declined
};

/// @returns what is wrong with it, in words; empty: nothing
std::string mistake_in(const ServerConfig& config);

/// What is sent, and how (RFC 2131 §4.1).
struct Departure {
    enum class Way : std::uint8_t {
        routed,     ///< as any datagram
        to_card,    ///< to `to`, which the client cannot answer ARP for yet: to its MAC
        broadcast,  ///< to 255.255.255.255 by the card that the question came by
    };
    wire::DhcpMessage message;
    Way way{};
    Address to{};
};

/// Told what becomes of leases, so that somebody may print it.
class ServerObserver {
public:
    virtual void offered(const Binding& /*binding*/) {}
    virtual void leased(const Binding& /*binding*/) {}
    virtual void released(const Binding& /*binding*/) {}
    /// A client found somebody who has the address already.
    virtual void declined(const IpAddress& /*ip*/, const wire::MacAddress& /*by*/) {}
    virtual void refused(const wire::MacAddress& /*client*/, std::string_view /*why*/) {}
    /// Not one address of the network is left.
    virtual void exhausted(const Prefix& /*network*/, const wire::MacAddress& /*client*/) {}

protected:
    ~ServerObserver() = default;
};

class Server {
public:
    /// @pre mistake_in(config) is empty
    explicit Server(ServerConfig config, ServerObserver* observer = nullptr);

    /// @param own  the server's address on the card that the message came by, which is its name too
    std::optional<Departure> receive(const wire::DhcpMessage& message, const IpAddress& own, Instant now);

    /// Of each subnet, in the order in which they were written.
    std::vector<std::vector<Binding>> leases() const;

private:
    struct Served {
        Subnet subnet;
        Leases leases;
    };
    struct Visit;
    using Reply = std::optional<Departure>;

    Served* served(const wire::DhcpMessage& message, const IpAddress& own);
    Served* served(const IpAddress& ip);

    Reply discover(const Visit& visit);
    Reply request(const Visit& visit);
    Reply select(const Visit& visit, const IpAddress& wanted);
    Reply reboot(const Visit& visit, const IpAddress& wanted);
    Reply extend(const Visit& visit);
    Reply grant(const Visit& visit, const IpAddress& ip);
    Reply refuse(const Visit& visit, std::string_view why);
    Reply inform(const Visit& visit);
    void decline(const Visit& visit);
    void release(const Visit& visit);

    ServerConfig config_;
    std::vector<Served> served_;
    ServerObserver* observer_;
};

}  // namespace sockeye::app::dhcp
