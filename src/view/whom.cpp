#include "view/whom.hpp"

#include <utility>

#include "lab/tables/nodes.hpp"
#include "sockeye/names.hpp"

namespace sockeye::view {

Task<Result<Address>> find_target(const lab::World& world, Host& host, std::string target,
                                  Deadline deadline) {
    if (Result<IpAddress> number = IpAddress::parse(target); number) co_return Address{*number, 0};
    for (const lab::NodeRow& node : lab::node_rows(world))
        if (node.name == target && !node.addresses.empty())
            co_return Address{node.addresses.front().address, 0};
    auto found = co_await getaddrinfo(host, target, std::uint16_t{0}, {}, deadline);
    if (!found) co_return std::unexpected{std::move(found.error())};
    co_return found->front().address;
}

std::string outcome(const Pong& pong) {
    switch (pong.kind) {
        case Pong::Kind::reply: return "answered after " + to_string(pong.after);
        case Pong::Kind::hop_limit_exceeded: return pong.from.to_string() + " says that it is too far";
        case Pong::Kind::unreachable:
            return pong.from.is_unspecified() ? "no way leads there"
                                              : pong.from.to_string() + " says that it cannot be reached";
        case Pong::Kind::silence: break;
    }
    return "no answer";
}

}  // namespace sockeye::view
