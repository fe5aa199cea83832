// Cards: how programs configure a host of a stack.
#pragma once

#include <vector>

#include "socket/host_cards.hpp"

namespace sockeye::network {
class Interface;
}

namespace sockeye::stack {

class StackNetwork;

class Cards final : public backend::HostCards {
public:
    explicit Cards(StackNetwork& network) : network_{network} {}

    std::vector<CardInfo> list() const override;
    Result<void> add_address(std::uint32_t card, const Prefix& address) override;
    std::unique_ptr<backend::AddressClaim> claim_address(std::uint32_t card, const Prefix& address) override;
    Result<void> remove_address(std::uint32_t card, const IpAddress& address) override;
    Result<void> add_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) override;
    Result<void> remove_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) override;
    Result<void> introduce_neighbour(std::uint32_t card, const IpAddress& ip,
                                     const CardAddress& mac) override;
    std::unique_ptr<backend::AddressClaim> autoconfigure(std::uint32_t card) override;
    Result<void> advertise(std::uint32_t card, const RouterAdvertising& what) override;
    Result<void> stop_advertising(std::uint32_t card) override;

    /// Those that are decided.
    void wake_claims();

private:
    class Pending;
    class Claim;
    class Autoconfiguration;

    /// @returns address_not_available: there is no such card
    Result<network::Interface*> find(std::uint32_t card) const;
    /// One that can be given to the host. @returns address_not_available, exists, invalid_argument
    Result<network::Interface*> find_for(std::uint32_t card, const Prefix& address) const;

    StackNetwork& network_;
    std::vector<Pending*> pending_;  ///< under way
};

}  // namespace sockeye::stack
