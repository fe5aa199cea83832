// HostCards: how a program configures its host. A part of the seam: see backend.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "socket/waiting.hpp"
#include "sockeye/autoconfiguration.hpp"
#include "sockeye/cards.hpp"

namespace sockeye::backend {

/// An address on its way to a card once finish() was called; destroying it withdraws it, unless it is
/// there already.
class AddressClaim : public Waitable {
public:
    using Waitable::Waitable;
    /// @returns would_block until it is certain; address_in_use, and what the call that began it returns
    virtual Result<void> finish() = 0;
};

/// Errors are those of the functions in <sockeye/cards.hpp> and <sockeye/autoconfiguration.hpp>.
class HostCards {
public:
    HostCards() = default;
    HostCards(const HostCards&) = delete;
    HostCards& operator=(const HostCards&) = delete;
    virtual ~HostCards() = default;

    virtual std::vector<CardInfo> list() const = 0;
    virtual Result<void> add_address(std::uint32_t card, const Prefix& address) = 0;
    virtual std::unique_ptr<AddressClaim> claim_address(std::uint32_t card, const Prefix& address) = 0;
    virtual Result<void> remove_address(std::uint32_t card, const IpAddress& address) = 0;
    virtual Result<void> add_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) = 0;
    virtual Result<void> remove_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) = 0;
    virtual Result<void> introduce_neighbour(std::uint32_t card, const IpAddress& ip,
                                             const CardAddress& mac) = 0;
    /// Goes on though the claim is withdrawn.
    virtual std::unique_ptr<AddressClaim> autoconfigure(std::uint32_t card) = 0;
    virtual Result<void> advertise(std::uint32_t card, const RouterAdvertising& what) = 0;
    virtual Result<void> stop_advertising(std::uint32_t card) = 0;
};

}  // namespace sockeye::backend
