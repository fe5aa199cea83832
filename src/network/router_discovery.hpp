// What a host learns from the routers on one of its links: who they are and what is on the link (RFC 4861
// §6.3), an address of its own (RFC 4862 §5.5), name servers (RFC 8106 §5.3). It decides what is to be done
// and when; the interface, and Ip, do it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/queue.hpp"
#include "base/random.hpp"
#include "network/router_message.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::network {

class RouterDiscovery {
public:
    struct Config {
        // RFC 4861 §10.
        Duration maximum_delay = 1s;  ///< before the first solicitation
        Duration interval = 4s;       ///< between solicitations
        int solicitations = 3;
        // Whoever comes when a table is full is not believed, so that a flood pushes nobody out.
        std::size_t routers = 8;
        std::size_t prefixes = 16;  ///< on the link; and as many addresses of our own
        std::size_t name_servers = 8;
    };

    /// @param mac  whose modified EUI-64 is the identifier of the addresses (RFC 4291 appendix A)
    RouterDiscovery(const Config& config, const wire::MacAddress& mac, Random random, Instant now);

    struct Step {
        enum class Kind : std::uint8_t {
            solicit,
            use_router,  ///< as a default router
            leave_router,
            prefix_on_link,
            prefix_off_link,
            claim,     ///< `prefix` as an address of the card's, once nobody objects
            withdraw,  ///< the address `prefix`
        };
        Kind kind{};
        Prefix prefix{};
        IpAddress router{};
    };
    /// The next thing to do that is due; to be called until it returns nullopt.
    std::optional<Step> next(Instant now);
    Instant next_wakeup() const { return steps_.empty() ? due_ : Instant{}; }

    void receive(const HeardAdvertisement& advertisement, Instant now);
    /// A neighbour says that it is no router (any more) (RFC 4861 §7.2.5).
    void is_no_router(const IpAddress& ip);
    /// A neighbour does not answer: where there are other routers, they come first (§6.3.6).
    void is_silent(const IpAddress& ip);

    /// An address that a step claimed is the card's now.
    void claimed(const IpAddress& ip);
    /// It is not and does not become it: somebody else has it, or the host has given it up (RFC 4862 §5.4.5).
    void refused(const IpAddress& ip);

    /// Whether the address is one that a router's prefix gave the card, or will.
    bool is_of_a_router(const IpAddress& ip) const { return find(ip) != nullptr; }
    /// Whether the card has an address by now.
    bool has_address() const;
    /// It had to do without each address that it might have had.
    bool is_refused() const;
    bool is_on_link(const IpAddress& ip) const {
        return std::ranges::any_of(prefixes_, [&](const OnLink& each) { return each.prefix.contains(ip); });
    }
    /// Addresses that are valid, but that new connections ought not to use (RFC 4862 §5.5.4).
    std::span<const IpAddress> deprecated() const { return deprecated_; }
    std::span<const IpAddress> name_servers() const { return name_servers_; }
    /// Whether there are other addresses or name servers than at the last call.
    bool take_changed() { return std::exchange(changed_, false); }
    bool has_changed() const { return changed_; }
    /// What an IPv6 packet on the link may have (RFC 4861 §6.3.4); nullopt: nobody has said.
    std::optional<std::size_t> mtu() const { return mtu_; }

private:
    struct Router {
        IpAddress ip;
        Instant until;
    };
    struct OnLink {
        Prefix prefix;
        Instant until;
    };
    struct Own {
        enum class State : std::uint8_t { claimed, ours, refused };

        Prefix address;
        Instant preferred_until;
        Instant valid_until;
        State state = State::claimed;
    };
    struct NameServer {
        IpAddress ip;
        Instant until;
    };

    const Own* find(const IpAddress& ip) const;
    void receive_router(const HeardAdvertisement& advertisement, Instant now);
    void receive_on_link(const wire::PrefixInformation& information, Instant now);
    void receive_autonomous(const wire::PrefixInformation& information, Instant now);
    void receive_name_servers(const wire::RecursiveDnsServers& servers, Instant now);
    std::optional<Step> solicit(Instant now);
    void expire(Instant now);
    void note_deprecated(Instant now);
    void note_name_servers();
    void find_due(Instant now);
    void leave(const IpAddress& router);

    Config config_;
    wire::MacAddress mac_;
    Instant solicit_at_;
    int solicited_ = 0;
    std::vector<Router> routers_;
    std::vector<OnLink> prefixes_;
    std::vector<Own> own_;
    std::vector<NameServer> servers_;
    std::vector<IpAddress> deprecated_;
    std::vector<IpAddress> name_servers_;
    std::optional<std::size_t> mtu_;
    bool changed_ = false;
    Queue<Step> steps_;
    Instant due_;
};

}  // namespace sockeye::network
