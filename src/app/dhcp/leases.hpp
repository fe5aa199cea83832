// Which client has which address of a pool, for how long (RFC 2131 §4.3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/dhcp.hpp"

namespace sockeye::app::dhcp {

/// By what a server knows a client again: its identifier, else its MAC (RFC 2131 §4.2).
using ClientKey = std::vector<std::byte>;
ClientKey key_of(const wire::DhcpMessage& message);

struct Binding {
    enum class State : std::uint8_t {
        offered,   ///< until the client takes it, or time is up
        bound,     ///< leased
        released,  ///< by the client; it gets it again if it can
        declined,  ///< somebody has it whom nobody gave it: not to be given until time is up
    };
    IpAddress ip;
    State state{};
    ClientKey client{};  ///< nobody, of one that was declined
    wire::MacAddress mac{};
    std::string host_name{};
    Instant until{};

    /// Nobody else can get it.
    bool is_held(Instant now) const { return state != State::released && until > now; }
};

/// From `first` to `last`, both included, and addresses that are one card's alone.
class Leases {
public:
    struct Reservation {
        wire::MacAddress mac;
        IpAddress ip;
    };

    /// @pre IPv4; first <= last
    Leases(const IpAddress& first, const IpAddress& last, std::vector<Reservation> reservations = {});

    /// Who asks for an address, and for how long it is to be kept for it.
    struct Claim {
        ClientKey client;
        wire::MacAddress mac;
        std::string host_name{};
        std::optional<IpAddress> wanted{};
    };
    /// The client's reservation; what it has or had, if it still can have that; what it wants; one that
    /// nobody ever had; the one free for longest. Nothing: all are taken.
    std::optional<IpAddress> choose(const Claim& claim, Instant now) const;
    /// Whether the client may have that address.
    bool is_free_for(const Claim& claim, const IpAddress& ip, Instant now) const;

    /// @pre is_free_for(claim, ip)
    void set(const Claim& claim, const IpAddress& ip, Binding::State state, Instant until);
    /// The client's own, whatever its state.
    const Binding* find(const ClientKey& client) const;
    const Binding* find(const IpAddress& ip) const;
    void release(const ClientKey& client, Instant now);
    /// An offer that the client did not take.
    void withdraw(const ClientKey& client);
    void decline(const IpAddress& ip, Instant until);

    /// Whether it is given out here at all.
    bool contains(const IpAddress& ip) const;
    std::size_t size() const;
    /// In the order of their addresses, those of the past included.
    std::vector<Binding> list() const;

private:
    std::optional<IpAddress> reserved_for(const wire::MacAddress& mac) const;
    bool is_reserved(const IpAddress& ip) const;
    std::optional<IpAddress> never_given() const;
    void forget(const ClientKey& client);

    IpAddress first_;
    IpAddress last_;
    std::vector<Reservation> reservations_;
    std::map<IpAddress, Binding> bindings_;
    std::map<ClientKey, IpAddress> clients_;
    mutable IpAddress fresh_;  ///< all before it in the pool have a binding
};

}  // namespace sockeye::app::dhcp
