// What a lab's nodes know, as tables: see lab/tables.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/dhcp/server.hpp"
#include "lab/world.hpp"
#include "view/table.hpp"

namespace sockeye::view {

/// A DHCP server of a lab, so that its leases can be looked at: whoever starts it registers it.
struct DhcpService {
    std::string host;
    std::shared_ptr<const app::dhcp::Server> server;
};

// A name that is no host's (or switch's) throws std::invalid_argument, which says what there is.

Table nodes_table(const lab::World& world);
Table neighbours_table(const lab::World& world, std::string_view host);
Table routes_table(lab::World& world, std::string_view host);
Table stations_table(const lab::World& world, std::string_view lan);
Table translations_table(const lab::World& world, std::string_view router);
Table leases_table(const std::vector<DhcpService>& services, Instant now);
Table sockets_table(const lab::World& world, std::string_view host);
Table backlog_table(const lab::World& world, std::string_view host);

}  // namespace sockeye::view
