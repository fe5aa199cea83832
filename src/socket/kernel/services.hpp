// What this machine knows of ports: the names of services, and which ports it picks by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/port_class.hpp"

namespace sockeye::kernel {

/// An entry of the system's service database (services(5), getservbyport(3)).
struct Service {
    std::string name;
    std::vector<std::string> aliases;
    std::uint16_t port = 0;
    std::string protocol;  ///< "tcp", "udp", "sctp" or "dccp": those that RFC 6335 gives ports to

    friend bool operator==(const Service&, const Service&) = default;
};

/// At most one for each protocol; empty where the database has none.
std::vector<Service> services_at(std::uint16_t port);

/// By name or alias, exactly as the database writes it.
std::vector<Service> services_named(const std::string& name);

/// Every name and alias of the database, in its order; empty where the machine has no database.
std::vector<std::string> service_names();

/// The ports the kernel picks from where a program asks for none (ip(7), ip_local_port_range).
std::optional<PortRange> ephemeral_ports();

}  // namespace sockeye::kernel
