// The scenarios in which every host asks another: on one flat LAN, in routed LANs, in LANs apart.
#include <algorithm>
#include <list>
#include <vector>

#include "bench/lab/scenario.hpp"

namespace sockeye::bench {

namespace {

constexpr std::size_t fan_out = 32;
constexpr CableOptions cable{.delay = 5us};

std::string named(std::string_view what, std::size_t number) {
    return std::string{what} + std::to_string(number);
}

}  // namespace

void flat(Lab& lab, std::size_t hosts, Watch& watch) {
    Switch& core = lab.add_switch("core");
    std::vector<Host*> all;
    std::vector<std::string> addresses;
    for (std::size_t first = 0; first < hosts; first += fan_out) {
        Switch& lan = lab.add_switch(named("s", first / fan_out));
        lab.add_cable(lan, core, cable);
        for (std::size_t i = first; i < std::min(hosts, first + fan_out); ++i) {
            addresses.push_back(address(i + 1));
            all.push_back(&lab.add_host(named("h", i), lan, prefix(i + 1, 8), cable));
        }
    }
    const Exchange exchange{all, addresses, hosts / 2, 1s};
    watch.built();
    exchange.await(lab);
}

/// Networks of hosts are 10.0.0.0/24, 10.0.1.0/24, …; their routers' cables upwards are in 10.128.0.0/9.
void routed(Lab& lab, std::size_t hosts, Watch& watch) {
    std::size_t links = 0;
    const auto join = [&](Host& below, Host& above) {
        const std::size_t network = (std::size_t{128} << 16) + 4 * links++;
        lab.connect(below, prefix(network + 1, 30), above, prefix(network + 2, 30), cable);
    };
    std::vector<Host*> all;
    std::vector<std::string> addresses;
    Host& top = lab.add_router("top");
    Host* above = nullptr;
    for (std::size_t number = 0; number * fan_out < hosts; ++number) {
        if (number % fan_out == 0) {
            above = &lab.add_router(named("a", number / fan_out));
            join(*above, top);
        }
        Switch& lan = lab.add_switch(named("s", number));
        Host& router = lab.add_router(named("r", number));
        const std::size_t network = number << 8;
        lab.connect(router, lan, prefix(network + 254, 24), cable);
        join(router, *above);
        for (std::size_t i = 0; i < fan_out && number * fan_out + i < hosts; ++i) {
            addresses.push_back(address(network + 1 + i));
            Host& host =
                lab.add_host(named("h", number * fan_out + i), lan, prefix(network + 1 + i, 24), cable);
            lab.add_route(host, "0.0.0.0/0", address(network + 254));
            all.push_back(&host);
        }
    }
    const Exchange exchange{all, addresses, hosts / 2, 1s};
    watch.built();
    exchange.await(lab);
}

void apart(Lab& lab, std::size_t hosts, Watch& watch) {
    constexpr std::size_t together = 10;
    constexpr int requests = 20;
    std::list<Exchange> exchanges;  // their tasks look into them
    for (std::size_t first = 0; first < hosts; first += together) {
        Switch& lan = lab.add_switch(named("s", first / together));
        std::vector<Host*> all;
        std::vector<std::string> addresses;
        for (std::size_t i = first; i < std::min(hosts, first + together); ++i) {
            addresses.push_back(address(i + 1));
            all.push_back(&lab.add_host(named("h", i), lan, prefix(i + 1, 8), cable));
        }
        exchanges.emplace_back(all, addresses, together / 2, 1s, requests);
    }
    watch.built();
    for (const Exchange& exchange : exchanges) exchange.await(lab);
}

}  // namespace sockeye::bench
