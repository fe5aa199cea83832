#include "socket/kernel/names.hpp"

#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "socket/kernel/ares_lookup.hpp"
#include "socket/kernel/services.hpp"

namespace sockeye::kernel {
namespace {

/// nullptr: none of that protocol ("": of any)
const Service* of_protocol(const std::vector<Service>& services, std::string_view protocol) {
    const auto found = std::ranges::find_if(
        services, [&](const Service& service) { return protocol.empty() || service.protocol == protocol; });
    return found == services.end() ? nullptr : &*found;
}

}  // namespace

std::unique_ptr<backend::HostLookup> Names::by_name(sockeye::Network&, std::string_view name, Family family) {
    return std::make_unique<AresLookup>(loop_, AresLookup::ByName{std::string{name}, family}, servers());
}

std::unique_ptr<backend::HostLookup> Names::by_address(sockeye::Network&, const IpAddress& address) {
    return std::make_unique<AresLookup>(loop_, address, servers());
}

std::optional<std::uint16_t> Names::service_port(std::string_view name, std::string_view protocol) const {
    const std::vector<Service> services = services_named(std::string{name});
    const Service* service = of_protocol(services, protocol);
    return service == nullptr ? std::nullopt : std::optional{service->port};
}

std::optional<std::string> Names::service_name(std::uint16_t port, std::string_view protocol) const {
    const std::vector<Service> services = services_at(port);
    const Service* service = of_protocol(services, protocol);
    return service == nullptr ? std::nullopt : std::optional{service->name};
}

std::string Names::host_name() const {
    std::array<char, HOST_NAME_MAX + 1> name{};
    // Cannot fail: no name is longer, and it ends with NUL.
    (void)::gethostname(name.data(), name.size());
    return name.data();
}

std::vector<InterfaceName> Names::interfaces() const {
    std::vector<InterfaceName> all;
    const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> list{::if_nameindex(),
                                                                                   &::if_freenameindex};
    if (list == nullptr) return all;
    for (const struct if_nameindex* one = list.get(); one->if_index != 0; ++one)
        all.push_back({one->if_index, one->if_name});
    return all;
}

}  // namespace sockeye::kernel
