// Lab: a network in a box. Hosts, switches and cables in this process, under a virtual clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/network.hpp"

namespace sockeye {

namespace lab {
class World;
class Node;
}  // namespace lab

struct LabOptions {
    std::uint64_t seed = 1;  ///< all chance in the lab comes from it
};

/// The same in both directions.
struct CableOptions {
    std::uint64_t bits_per_second = 1'000'000'000;
    Duration delay = 500ns;          ///< from one end to the other
    std::size_t queue_limit = 1000;  ///< frames that wait at an end until those before them have left
    /// Frames that wait, from which on those whose sender understands it are marked "congestion
    /// experienced" (RFC 3168) instead of a loss later; 0: never.
    std::size_t mark_from = 0;
    Impairments impairments{};  ///< of each direction
};

/// Joins cables into one LAN, learning who is where (IEEE 802.1D).
class Switch {
public:
    explicit Switch(lab::Node& node) : node_{&node} {}
    std::string_view name() const;
    lab::Node& node() { return *node_; }

private:
    lab::Node* node_;
};

/// A computer in a lab: a Network whose sockets are those of our own TCP/IP stack.
class Host : public Network {
public:
    Host(lab::Node& node, std::unique_ptr<backend::Network> stack);
    ~Host() override;
    lab::Node& node() { return *node_; }

private:
    lab::Node* node_;
};

/// A world of hosts, switches and cables. Everything that happens in it follows from its seed,
/// its topology and what its programs do: the same lab twice puts the same octets on the same
/// cables at the same virtual nanosecond. One thread.
///
/// Mistakes in a topology (a name used twice, a cable that is not there) throw
/// std::invalid_argument, which names what there is.
class Lab {
public:
    explicit Lab(LabOptions options = {});
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    Switch& add_switch(std::string_view name);
    /// A host with one network card, cabled to `lan`. @param prefix  "10.0.0.1/24"; "": none yet (DHCP)
    Host& add_host(std::string_view name, Switch& lan, std::string_view prefix = "", CableOptions cable = {});
    /// A host that passes packets on between its cards (RFC 1812): they come by connect().
    Host& add_router(std::string_view name);
    /// One more cable between switches.
    void add_cable(Switch& a, Switch& b, CableOptions cable = {});
    /// One more network card (eth1, eth2, …; a router's first is eth0), cabled to `lan`.
    void connect(Host& host, Switch& lan, std::string_view prefix, CableOptions cable = {});
    /// A cable between two hosts or routers, with a card of its own on each.
    void connect(Host& a, std::string_view prefix_of_a, Host& b, std::string_view prefix_of_b,
                 CableOptions cable = {});

    /// From now on all that leaves `router` by that card has its first IPv4 address (NAT44, RFC 4787).
    void enable_nat(Host& router, std::string_view card);
    /// What arrives for that address at `port` goes to `inside`.
    void forward_port(Host& router, Transport protocol, std::uint16_t port, const Address& inside);

    /// One more address on the host's latest card: "2001:db8::1/64".
    void add_address(Host& host, std::string_view prefix);
    /// The same, but only once nobody has objected to it (RFC 5227; RFC 4862 §5.4 for IPv6). Who has
    /// it already keeps it, and the lab says so: see conflicts().
    void claim_address(Host& host, std::string_view prefix);
    /// "address conflict: late and 02:00:00:00:00:01 both want 10.0.0.1", in order of time.
    std::vector<std::string> conflicts() const;
    /// Packets to `target` ("0.0.0.0/0" and "::/0": everything else) go to `gateway`, a neighbour.
    void add_route(Host& host, std::string_view target, std::string_view gateway);
    /// Connections that `host` opens from now on ask queues to mark instead of losing (RFC 3168).
    void ask_for_ecn(Host& host);

    /// Runs `action` when the lab's clock shows `at`. It may not wait; what it throws ends the run.
    void at(Duration at, std::function<void()> action);

    /// Cuts every cable between two nodes: what is on it, waits for it or enters it until heal() is lost.
    void cut(std::string_view a, std::string_view b);
    void heal(std::string_view a, std::string_view b);
    /// Impairs every cable between two nodes from now on, in both directions or in one. Impairments{}
    /// ends it. Each direction of each cable has a chance of its own, which goes on where it was.
    void set(std::string_view a, std::string_view b, const Impairments& impairments);
    void set_one_way(std::string_view from, std::string_view to, const Impairments& impairments);
    /// Power off: the host is silent at once, then its programs are destroyed; nothing they do
    /// in their destructors reaches a cable. A run() of one of them ends with Errc::cancelled.
    void crash(std::string_view host);

    Instant now() const;
    /// Lets virtual time pass, spawned tasks included, and all that happens at its last instant.
    Result<void> run_for(Duration duration);
    /// Runs until every spawned task has ended. Errors as Network::run(): Errc::stalled when
    /// nothing is left that could happen, Errc::timed_out when no payload has reached a program
    /// for one virtual hour. (A wait() with a deadline, and run_for(), end there instead.)
    Result<void> run();

    std::uint64_t seed() const;
    /// XXH3-128 in hex over time, cable, direction, fate and octets of every frame in event order.
    std::string hash() const;
    /// One pcapng file for Wireshark and tshark: every frame so far as its sender offered it to
    /// the cable, without the copies that switches make. Lost ones have the comment "DROP …".
    /// The lab's zero is 2000-01-01 00:00 UTC.
    std::string pcapng() const;

    lab::World& world() { return *world_; }
    const lab::World& world() const { return *world_; }

private:
    std::unique_ptr<lab::World> world_;
};

struct LadderOptions {
    std::size_t width = 80;  ///< columns, at least 60
    std::size_t last = 0;    ///< only the last so many lines; 0: all
};

/// The lab's frames as text, one line each, seen where they leave their sender: time, from, to,
/// what is on the wire (sequence numbers relative to the connection's first), and what it tells.
/// Cuts, heals and crashes have lines of their own.
std::string ladder(const Lab& lab, LadderOptions options = {});

}  // namespace sockeye
