// Whom this machine asks for names.
#pragma once

#include <string>
#include <vector>

#include "sockeye/address.hpp"

namespace sockeye::kernel {

/// The servers of a resolv.conf(5), in its order, at port 53; the machine itself where there is none.
std::vector<Address> name_servers(const std::string& file = "/etc/resolv.conf");

}  // namespace sockeye::kernel
