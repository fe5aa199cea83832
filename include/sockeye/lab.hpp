// Lab: a network in a box. Hosts, switches and cables in this process, under a virtual clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/lab_nodes.hpp"
#include "sockeye/lab_options.hpp"
#include "sockeye/network.hpp"

namespace sockeye {

namespace lab {
class World;
}

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

    Switch& add_switch(std::string_view name, SwitchOptions options = {});
    /// A host with one network card, cabled to `lan`. @param prefix  "10.0.0.1/24"; "": none yet (DHCP)
    Host& add_host(std::string_view name, Switch& lan, std::string_view prefix = "", CableOptions cable = {});
    /// A host that passes packets on between its cards (RFC 1812): they come by connect().
    Host& add_router(std::string_view name);
    /// One more cable between switches.
    void add_cable(Switch& a, Switch& b, CableOptions cable = {});
    /// The VLANs of every port of `lan` that leads to `neighbour`. From now on the switch keeps VLANs apart;
    /// ports that were told nothing are in VLAN 1, without tags.
    void set_vlans(Switch& lan, std::string_view neighbour, const VlanPort& port);
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
    /// Routers know the networks of other routers by themselves: shortest paths by the cables' costs, worked
    /// out when the lab first runs, and again when a cable is cut or heals or a router crashes or starts.
    /// A route added here counts before one of the same prefix that was worked out; and hosts need theirs.
    ///
    /// Packets to `target` ("0.0.0.0/0" and "::/0": everything else) go to `gateway`, a neighbour.
    void add_route(Host& host, std::string_view target, std::string_view gateway);
    /// Connections that `host` opens from now on ask queues to mark instead of losing (RFC 3168).
    void ask_for_ecn(Host& host);

    /// Runs `action` when the lab's clock shows `at`. It may not wait; what it throws ends the run.
    void at(Duration at, std::function<void()> action);
    /// The same every `period`, the first time a period from now, the last no later than `until`.
    void every(Duration period, std::function<void()> action, Duration until = Duration::max());

    /// A host's program: spawned now, and again each time the host starts.
    void run_on(Host& host, std::function<Task<>(Host&)> program);

    /// Cuts every cable between two nodes: what is on it, waits for it or enters it until heal() is lost.
    void cut(std::string_view a, std::string_view b);
    void heal(std::string_view a, std::string_view b);
    /// Holds what is on every cable between two nodes and what enters it: up to release() nothing
    /// arrives; then what ought to have arrived does, at once and in order.
    void hold(std::string_view a, std::string_view b);
    void release(std::string_view a, std::string_view b);
    /// Nothing that a node of one group sends reaches one of the other, whatever way there is. A switch
    /// brings along the hosts plugged into it, as far as they are not named and not routers.
    void partition(const std::vector<std::string>& one, const std::vector<std::string>& other);
    void heal_partition(const std::vector<std::string>& one, const std::vector<std::string>& other);
    /// Impairs every cable between two nodes from now on, in both directions or in one. Impairments{}
    /// ends it. Each direction of each cable has a chance of its own, which goes on where it was.
    void set(std::string_view a, std::string_view b, const Impairments& impairments);
    void set_one_way(std::string_view from, std::string_view to, const Impairments& impairments);
    /// Power off: the host is silent at once, then its programs are destroyed; nothing they do
    /// in their destructors reaches a cable. A run() of one of them ends with Errc::cancelled.
    void crash(std::string_view host);
    /// Power on again, or off and on: the host knows what the lab was told of its cards, addresses and
    /// routes, and starts its run_on() programs anew. Sockets of before the restart stay dead.
    void restart(std::string_view host);

    /// From now on.
    void set_speed(Speed speed);

    /// Every cable as it is just now, in the order in which they were laid.
    std::vector<LinkState> links() const;

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
    /// From now on each frame is written to `out` as it enters a cable, every cable's: one pcapng, which
    /// keeps nothing in memory. nullptr, or the lab's end, finishes it. `out` outlives that.
    void capture_to(std::ostream* out);

    lab::World& world() { return *world_; }
    const lab::World& world() const { return *world_; }

private:
    std::unique_ptr<lab::World> world_;
};

struct LadderOptions {
    std::size_t width = 80;  ///< columns, at least 60
    std::size_t last = 0;    ///< only the last so many lines; 0: all
    std::string host{};      ///< only what that one sends or is sent; empty: all
};

/// The lab's frames as text, one line each, seen where they leave their sender: time, from, to,
/// what is on the wire (sequence numbers relative to the connection's first), and what it tells.
/// Cuts, heals and crashes have lines of their own.
std::string ladder(const Lab& lab, LadderOptions options = {});

}  // namespace sockeye
