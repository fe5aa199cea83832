// Network: the kernel's network as a backend, with the loop that serves it.
#pragma once

#include "socket/backend.hpp"
#include "socket/kernel/loop.hpp"
#include "socket/kernel/names.hpp"

namespace sockeye::kernel {

/// A base, so that the loop is there before the backend that refers to it.
struct LoopOwner {
    std::unique_ptr<Loop> loop;
};

class Network final : private LoopOwner, public backend::Network {
public:
    /// @throws std::system_error when the system refuses what was asked for
    explicit Network(KernelOptions options);
    explicit Network(std::unique_ptr<Loop> own);

    Loop& own_loop() { return *loop; }

    std::string_view name() const override { return "kernel"; }
    WallTime wall_now() const override { return std::chrono::system_clock::now(); }
    std::uint64_t random() override;
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind kind) override;
    Result<backend::SocketPair> open_pair(SocketType type) override;
    Result<std::unique_ptr<backend::Socket>> adopt(OwnedDescriptor descriptor) override;
    Result<IpAddress> source_for(const Address& peer) override;
    backend::NameService& names() override { return names_; }

private:
    Names names_;
};

}  // namespace sockeye::kernel
