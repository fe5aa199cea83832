// A lab's host as its programs' network, from its first start over every restart: each life has a stack of
// its own, and what was opened in one stays there.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/world.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::lab {

/// Owns the stacks. Those of earlier lives are kept, without power, for as long as the lab: a socket that
/// somebody outside the host still holds, as a test may, stands on one of them.
class HostBackend final : public backend::Network {
public:
    explicit HostBackend(World& world) : Network{world}, world_{world} {}

    /// From now on that is the stack.
    void begin_life(std::unique_ptr<stack::StackNetwork> stack) { lives_.push_back(std::move(stack)); }
    stack::StackNetwork& stack() const { return *lives_.back(); }
    /// How often it has been started.
    std::size_t lives() const { return lives_.size(); }

    std::string_view name() const override { return stack().name(); }
    WallTime wall_now() const override { return stack().wall_now(); }
    std::uint64_t random() override { return stack().random(); }
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind kind) override;
    Result<IpAddress> source_for(const Address& peer) override { return stack().source_for(peer); }
    backend::NameService& names() override { return stack().names(); }
    backend::HostCards* cards() override { return stack().cards(); }

private:
    World& world_;
    std::vector<std::unique_ptr<stack::StackNetwork>> lives_;
};

}  // namespace sockeye::lab
