#include "socket/kernel/network.hpp"

#include <sys/random.h>

#include <system_error>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/socket.hpp"
#include "socket/kernel/terminal.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye {
namespace kernel {

Network::Network(Backend backend) : LoopOwner{Loop::open(backend)}, backend::Network{*loop} {}

std::uint64_t Network::random() {
    std::uint64_t bits = 0;
    // Up to 256 octets come whole once the pool is ready (getrandom(2)), and it waits until then.
    const ssize_t got = uninterrupted([&] { return ::getrandom(&bits, sizeof bits, 0); });
    if (got != sizeof bits) throw std::system_error{errno, std::generic_category(), "getrandom"};
    return bits;
}

Result<std::unique_ptr<backend::Socket>> Network::open(backend::SocketKind kind) {
    return Socket::open(*loop, kind);
}

}  // namespace kernel

KernelNetwork::KernelNetwork(KernelOptions options)
    : Network{std::make_unique<kernel::Network>(options.backend)} {}
KernelNetwork::~KernelNetwork() = default;

std::string_view KernelNetwork::backend_name() {
    return static_cast<kernel::Network&>(backend()).own_loop().name();
}

Stream KernelNetwork::terminal() {
    kernel::Loop& loop = static_cast<kernel::Network&>(backend()).own_loop();
    return {*this, std::make_unique<kernel::Terminal>(loop, 0, 1)};
}

}  // namespace sockeye
