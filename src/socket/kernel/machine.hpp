// The machine's network on a loop that somebody else knows too: for a network whose sockets are elsewhere,
// and whose programs use the machine's terminal and files.
#pragma once

#include <memory>
#include <utility>

#include "socket/kernel/network.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::kernel {

class Machine final : public KernelNetwork {
public:
    explicit Machine(std::unique_ptr<Loop> loop)
        : KernelNetwork{std::make_unique<kernel::Network>(std::move(loop))} {}
};

}  // namespace sockeye::kernel
