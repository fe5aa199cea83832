// TapNetwork: our own TCP/IP stack in real time, on a TAP device of the machine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/network.hpp"

namespace sockeye {

class KernelNetwork;

struct TapOptions {
    std::string device;                   ///< the TAP device's name
    std::vector<Prefix> addresses{};      ///< at least one, each with its network: "10.9.0.2/24"
    std::vector<IpAddress> gateways{};    ///< of default routes, at most one a family
    std::vector<Address> name_servers{};  ///< whom to ask for names; none: names are not found
    std::optional<std::size_t> mtu{};     ///< octets of IP packet in a frame; unless said, the device's
    bool ask_for_ecn = false;             ///< queues on the way may mark instead of losing (RFC 3168)
    Duration linger = 2s;                 ///< for peers to acknowledge, at the end, what was sent to them

    /// "tap0,10.9.0.2/24,fd00:9::2/64,gw=10.9.0.1,gw6=fd00:9::1,dns=10.9.0.1,mtu=1400,ecn=on"
    /// @returns invalid_argument with a detail that names the mistake and the remedy
    static Result<TapOptions> parse(std::string_view text);
};

/// A host of its own beside the machine: its frames are what the device's other end, the kernel, gets.
/// The addresses are used at once and announced; that somebody else has one is said on standard error.
class TapNetwork final : public Network {
public:
    /// Takes the device as it is, or makes one that lasts as long as this network, and sets it up.
    /// @returns
    ///   - Errc::invalid_argument   as parse()
    ///   - Errc::permission_denied  the device is not this user's, or there is none and it may not be made
    ///   - Errc::busy               another program has it
    ///   - Errc::unsupported        the machine has no TAP devices
    static Result<std::unique_ptr<TapNetwork>> open(const TapOptions& options);
    /// Destroys the tasks, then lets what was sent get there, which may take as long as `linger` says.
    ~TapNetwork() override;

    /// The machine's own network on the same loop, so that a task can use sockets of both, the
    /// terminal and files. Sockets and streams of it must be destroyed before this network.
    KernelNetwork& machine();

private:
    explicit TapNetwork(std::unique_ptr<backend::Network> backend, Duration linger);

    Duration linger_;
};

}  // namespace sockeye
