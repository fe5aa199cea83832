// A DHCP client (RFC 2131 §4.4 and its figure 5). No I/O and no clock: messages and the time come in by
// call, what is to be done comes out of next().
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/dhcp/lease.hpp"
#include "base/random.hpp"
#include "sockeye/time.hpp"
#include "wire/dhcp.hpp"

namespace sockeye::app::dhcp {

/// Figure 5's, and CHECKING: an ACK has come, and others are asked whether they have the address.
enum class ClientState : std::uint8_t {
    init,
    selecting,
    requesting,
    checking,
    bound,
    renewing,
    rebinding,
    init_reboot,
    rebooting,
};
/// "INIT-REBOOT".
std::string_view to_string(ClientState state);

struct ClientConfig {
    wire::MacAddress mac{};
    std::string host_name{};
    std::optional<IpAddress> previous{};  ///< had before; it is asked for again (INIT-REBOOT)
    std::optional<Duration> lease{};      ///< asked for; nullopt: what the server gives
    bool probe = true;                    ///< an address is taken once nobody answers for it (RFC 5227)
    bool broadcast = false;               ///< replies go to all: for hosts that hear nothing else
    /// The first message leaves after a time by chance of at most so much: RFC 2131 §4.4.1 advises ten
    /// seconds, so that a building's hosts do not all ask at once when power is back.
    Duration start_delay{};
};

class Client {
public:
    Client(ClientConfig config, Random random, Instant now);

    ClientState state() const { return state_; }
    /// While it may be used, and while others are asked for it.
    const std::optional<Lease>& lease() const { return lease_; }

    struct Send {
        wire::DhcpMessage message;
        std::optional<IpAddress> to{};  ///< nullopt: everybody
    };
    /// Asks whether somebody has the address: checked() is told.
    struct Probe {
        Prefix address;
    };
    /// The host has the lease's address from now on, or its other values are new.
    struct Use {
        Lease lease;
    };
    /// It no longer has.
    struct Drop {
        Lease lease;
        std::string_view why;
    };
    using Action = std::variant<Send, Probe, Use, Drop>;

    /// What is to be done by now; to be called until it returns nullopt.
    std::optional<Action> next(Instant now);
    /// When next() has something again, if nothing comes in before.
    Instant next_wakeup() const { return actions_.empty() ? due_ : Instant{}; }

    void receive(const wire::DhcpMessage& message, Instant now);
    enum class Verdict : std::uint8_t { free, taken };
    void checked(Verdict verdict, Instant now);
    /// Gives the lease back, and does nothing any more.
    void release(Instant now);

private:
    void enter(ClientState state, Instant due);
    void begin_again(Instant due);
    void act(Instant now);
    void discover(Instant now);
    void request(Instant now);
    void extend(Instant now, Instant last);
    void take_offer(const wire::DhcpMessage& offer, Instant now);
    void take_ack(const wire::DhcpMessage& ack);
    void take_nak(const wire::DhcpMessage& nak, Instant now);
    void use(Lease lease);
    void drop(std::string_view why, Instant now);

    wire::DhcpMessage message(wire::DhcpMessageType type) const;
    wire::DhcpMessage question(wire::DhcpMessageType type) const;
    void new_transaction(Instant now);
    void count_seconds(Instant now);
    void send(wire::DhcpMessage message, std::optional<IpAddress> to = std::nullopt);
    Duration patience();
    Duration chance(Duration most);

    ClientConfig config_;
    Random random_;
    ClientState state_ = ClientState::init;
    Instant due_;
    std::deque<Action> actions_;
    std::uint32_t transaction_ = 0;
    std::uint16_t seconds_ = 0;  ///< `secs`: since the transaction began
    Instant began_;              ///< the transaction
    Instant asked_;              ///< the latest request left
    int sent_ = 0;               ///< messages in this state
    std::optional<Lease> offer_;
    std::optional<Lease> lease_;
};

}  // namespace sockeye::app::dhcp
