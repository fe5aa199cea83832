// A lab that runs, as whoever looks into it and steers it from outside knows it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sockeye/lab.hpp"
#include "view/lab_tables.hpp"
#include "view/run_control.hpp"

namespace sockeye::view {

struct RunningLab {
    std::string name;
    Lab& lab;
    RunControl control{};
    std::vector<DhcpService> dhcp{};  ///< whose leases can be looked at
    std::size_t streams = 0;          ///< that somebody follows
    bool has_ended = false;           ///< its clock stands still for good: streams say their last
};

}  // namespace sockeye::view
