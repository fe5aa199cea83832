// Scan: which ports of a host answer, and how, many of them at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/port_class.hpp"
#include "sockeye/address.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

enum class PortState : std::uint8_t {
    open,         ///< TCP: accepted. UDP: answered
    closed,       ///< TCP: RST. UDP: ICMP port unreachable
    filtered,     ///< TCP: silence, as where a firewall drops what it does not like
    no_answer,    ///< UDP: silence, which says nothing: whoever is there need not answer
    unreachable,  ///< no route, or ICMP says that nobody may go there
    failed,       ///< the question could not be asked; the error says why
};

/// "open", "closed", "filtered", "no answer", "unreachable", "failed"
std::string_view to_string(PortState state);

struct Finding {
    std::uint16_t port = 0;
    PortState state = PortState::failed;
    Duration took{};
    std::optional<Error> error{};  ///< of a port that is neither open nor silent
};

struct ScanOptions {
    Transport transport = Transport::tcp;
    Duration timeout = 1s;     ///< a port
    std::size_t at_once = 64;  ///< sockets
    /// What UDP asks: a datagram that the service at `port` would answer; empty where none is known.
    std::string (*question)(std::uint16_t port) = nullptr;
};

class Scan {
public:
    using Found = std::function<void(const Finding&)>;

    /// @param host  its port does not matter
    /// @param found  told of each port once, in no order; must not wait
    Scan(Network& network, Address host, std::vector<PortRange> ports, ScanOptions options, Found found);

    /// Spawns what asks: the scan must outlive it. All is told when the network has run to its end.
    void start(std::stop_token stop = {});

    std::size_t total() const { return total_; }

private:
    Task<> ask_with_more_and_more(std::stop_token stop);
    Task<> ask_tcp_ports();
    Task<> ask_udp_ports();
    Task<PortState> ask_udp(std::uint16_t port, std::optional<Error>& error);
    std::optional<std::uint16_t> next_port();
    Address at(std::uint16_t port) const { return {host_.ip(), port, host_.scope()}; }
    void tell(std::uint16_t port, PortState state, Instant began, std::optional<Error> error);

    Network& network_;
    Address host_;
    std::vector<PortRange> ports_;
    ScanOptions options_;
    Found found_;
    std::size_t total_ = 0;
    std::size_t told_ = 0;
    std::size_t range_ = 0;     ///< the one that next_port() is in
    std::uint32_t offset_ = 0;  ///< into it
};

}  // namespace sockeye::app
