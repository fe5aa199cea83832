// What `./dev bench lab` runs: one lab a scenario, the same as in ns3/.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "sockeye/lab.hpp"

namespace sockeye::bench {

/// The lab is laid when it says so: what follows is the run.
class Watch {
public:
    virtual void built() = 0;

protected:
    ~Watch() = default;
};

/// Lays the lab and runs it to its end. Aborts where somebody did not get what it asked for.
using Scenario = void (*)(Lab& lab, std::size_t hosts, Watch& watch);

/// Two LANs of four, a router between: 100 MB over TCP, and 1,000 echoes over UDP. `hosts`: megabytes.
void two_lans(Lab& lab, std::size_t megabytes, Watch& watch);
/// Switches of 32 hosts on one switch, one network: each host asks another, half the hosts away.
void flat(Lab& lab, std::size_t hosts, Watch& watch);
/// The same in networks of 32, each with a router; their routers in turn are 32 to a router above.
void routed(Lab& lab, std::size_t hosts, Watch& watch);
/// Switches of ten hosts that know nobody else: what a hop costs must not depend on how many there are.
void apart(Lab& lab, std::size_t hosts, Watch& watch);
/// Switches of 15 hosts on one switch, until each host has its address by DHCP, probed for.
void dhcp(Lab& lab, std::size_t hosts, Watch& watch);
/// Each host has a connection with a keepalive every ten seconds, for two hours.
void idle(Lab& lab, std::size_t hosts, Watch& watch);

/// Ends the program unless that holds.
void require(bool holds, std::string_view what);
/// "10.1.2.3" of four octets counted up from 10.0.0.0, or with "/24" behind.
std::string address(std::size_t number);
std::string prefix(std::size_t number, int bits);

/// Each of them a server on port 80 that answers a request of 100 octets with 1,000; and each asks the
/// one `away` places on, at a moment of its own within `spread`. To be followed by await_answers().
class Exchange {
public:
    Exchange(std::span<Host* const> hosts, std::span<const std::string> addresses, std::size_t away,
             Duration spread, int requests = 1);
    /// Runs until each has had its answer.
    void await(Lab& lab) const;

private:
    std::size_t asked_ = 0;
    std::size_t answered_ = 0;
};

}  // namespace sockeye::bench
