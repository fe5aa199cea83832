// Which lines of a ladder somebody wants to see, in pcap-filter(7)'s words as far as they fit a lab:
// "alice and tcp", "src web port 80", "not arp", "lost or again".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/journey.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "wire/text.hpp"

namespace sockeye::view {

/// What a filter looks at.
struct FrameSight {
    std::string_view from;
    std::string_view to;
    const wire::Summary& summary;
    const lab::Journey& journey;
    bool is_again = false;  ///< its octets have been sent before
};

/// Terms: a node's name or an address (or "host" and one), "src" and "dst" and one, "port" and a number,
/// tcp, udp, icmp, icmp6, arp, ip, ip6, dns, dhcp, http; lost, dropped, again. They are joined by and (which
/// may be left out), or, not, and parentheses.
class FrameFilter {
public:
    using Nodes = std::span<const std::unique_ptr<lab::Node>>;

    /// Lets everything through.
    FrameFilter() = default;
    /// What that one sends or is sent; "": everything.
    static FrameFilter of_host(std::string_view name);
    /// @param nodes  that may be named
    /// @returns invalid_argument with a detail that says what is wrong, and what to write
    static Result<FrameFilter> parse(std::span<const std::string> words, Nodes nodes);

    bool wants(const FrameSight& sight, Nodes nodes) const;
    /// Of what somebody did: where it names whom one looks for.
    bool wants_note(std::string_view text) const;

private:
    enum class Kind : std::uint8_t {
        everything,
        host,
        source,
        target,
        port,
        protocol,
        lost,
        dropped,
        again,
        all_of,
        any_of,
        none_of
    };
    class Parser;

    bool is_from(const FrameSight& sight) const;
    bool is_to(const FrameSight& sight, Nodes nodes) const;

    Kind kind_ = Kind::everything;
    std::string name_{};                  ///< a node's, or a protocol's
    std::optional<IpAddress> address_{};  ///< where `name_` is one
    std::uint16_t port_ = 0;
    std::vector<FrameFilter> parts_{};
};

}  // namespace sockeye::view
