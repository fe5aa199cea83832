#include "socket/kernel/network.hpp"

#include <sys/random.h>

#include <system_error>
#include <utility>

#include "socket/kernel/directory.hpp"
#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"
#include "socket/kernel/terminal.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye {
namespace kernel {

Network::Network(KernelOptions options) : Network{Loop::open(options.backend)} {
    loop->spin_for(options.spin);
}

Network::Network(std::unique_ptr<Loop> own)
    : LoopOwner{std::move(own)}, backend::Network{*loop}, names_{*loop} {}

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

/// The kernel chooses it when a datagram socket is told its peer; nothing is sent.
Result<IpAddress> Network::source_for(const Address& peer) {
    const Result<SocketAddress> to = to_sockaddr(peer, peer.family());
    if (!to) return std::unexpected{to.error()};
    const Descriptor socket{::socket(domain_of(peer.family()), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    SocketAddress local;
    if (!socket.is_open() || ::connect(socket.get(), to->get(), to->size) < 0 ||
        ::getsockname(socket.get(), local.get(), &local.size) < 0)
        return std::unexpected{error_of(errno)};
    return from_sockaddr(local).ip();
}

}  // namespace kernel

KernelNetwork::KernelNetwork(KernelOptions options) : Network{std::make_unique<kernel::Network>(options)} {}
KernelNetwork::KernelNetwork(std::unique_ptr<backend::Network> backend) : Network{std::move(backend)} {}
KernelNetwork::~KernelNetwork() = default;

std::string_view KernelNetwork::backend_name() {
    return static_cast<kernel::Network&>(backend()).own_loop().name();
}

Stream KernelNetwork::terminal() {
    kernel::Loop& loop = static_cast<kernel::Network&>(backend()).own_loop();
    return {*this, std::make_unique<kernel::Terminal>(loop, 0, 1)};
}

Result<Directory> KernelNetwork::directory(std::string_view path) {
    Result<std::shared_ptr<backend::Directory>> opened = kernel::Directory::open(std::string{path});
    if (!opened) return std::unexpected{std::move(opened.error())};
    return Directory{std::move(*opened)};
}

}  // namespace sockeye
