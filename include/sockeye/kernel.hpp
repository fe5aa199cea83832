// KernelNetwork: the machine's own network.
#pragma once

#include <cstdint>
#include <string_view>

#include "sockeye/network.hpp"
#include "sockeye/stream.hpp"

namespace sockeye {

/// How the system is asked what there is to do. A program sees no difference but the speed.
enum class Backend : std::uint8_t {
    automatic,  ///< io_uring, or epoll where that is refused (as in many containers) or too old
    epoll,
    io_uring,  ///< Linux 5.19 or newer
};

class Directory;  // <sockeye/directory.hpp>

struct KernelOptions {
    Backend backend = Backend::epoll;  ///< as fast today, and there everywhere: docs/benchmarks.md
    /// How long a wait may look for something to do before it sleeps, as long as that paid lately: answers
    /// come sooner where a few peers take turns with us, for a processor that is busy meanwhile. Zero: never.
    Duration spin{};
};

/// Sockets of the operating system. Several may exist, each on a thread of its own.
/// Never raises SIGPIPE.
class KernelNetwork : public Network {
public:
    /// @throws std::system_error when the system refuses the backend that was asked for, or even
    ///   an epoll descriptor
    explicit KernelNetwork(KernelOptions options = {});
    ~KernelNetwork() override;

    /// Which one runs: "epoll" or "io_uring".
    std::string_view backend_name();

    /// Standard input and standard output as one Stream. Does not change their flags for other
    /// processes that share them.
    Stream terminal();

    /// The folder at `path` of the machine's files. @returns not_found, permission_denied
    Result<Directory> directory(std::string_view path);

protected:
    /// Of a network that brings its loop along.
    explicit KernelNetwork(std::unique_ptr<backend::Network> backend);
};

}  // namespace sockeye
