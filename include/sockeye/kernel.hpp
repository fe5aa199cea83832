// KernelNetwork: the machine's own network.
#pragma once

#include "sockeye/network.hpp"
#include "sockeye/stream.hpp"

namespace sockeye {

/// Sockets of the operating system, on epoll. Several may exist, each on a thread of its own.
/// Never raises SIGPIPE.
class KernelNetwork : public Network {
public:
    /// @throws std::system_error when the system refuses even an epoll descriptor
    KernelNetwork();
    ~KernelNetwork() override;

    /// Standard input and standard output as one Stream. Does not change their flags for other
    /// processes that share them.
    Stream terminal();
};

}  // namespace sockeye
