#include "socket/kernel/name_servers.hpp"

#include <fstream>
#include <sstream>

#include "base/host_name.hpp"

namespace sockeye::kernel {

std::vector<Address> name_servers(const std::string& file) {
    constexpr std::uint16_t domain = 53;
    std::vector<Address> servers;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        std::string keyword, value;
        if (!(words >> keyword >> value) || keyword != "nameserver") continue;
        const auto address = host_name::numeric(value, domain);
        if (address && *address) servers.push_back(**address);
    }
    if (servers.empty()) servers.emplace_back(IpAddress::loopback(Family::inet), domain);
    return servers;
}

}  // namespace sockeye::kernel
