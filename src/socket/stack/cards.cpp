#include "socket/stack/cards.hpp"

#include <algorithm>
#include <utility>

#include "network/scope.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

class Cards::Claim final : public backend::AddressClaim {
public:
    Claim(Cards& cards, std::uint32_t card, const Prefix& address)
        : AddressClaim{cards.network_.driver()}, cards_{cards}, card_{card}, address_{address} {}
    ~Claim() override {
        std::erase(cards_.claims_, this);
        if (!is_decided()) interface_->remove_address(address_.address);
    }

    bool is_decided() const { return interface_ == nullptr || !interface_->is_claiming(address_.address); }

    Result<void> finish() override {
        if (interface_ == nullptr) {
            const Result<network::Interface*> found = cards_.find_for(card_, address_);
            if (!found) return std::unexpected{found.error()};
            begin(**found);
        }
        if (!is_decided()) return std::unexpected{Errc::would_block};
        if (interface_->owns(address_.address)) return {};
        return std::unexpected{
            Error{Errc::address_in_use, "", address_.address.to_string() + " is somebody else's"}};
    }

    std::string describe() const override { return "claim of " + address_.to_string(); }

private:
    void begin(network::Interface& interface) {
        interface_ = &interface;
        interface.claim_address(address_, cards_.network_.now());
        cards_.claims_.push_back(this);
        cards_.network_.used();
    }

    Cards& cards_;
    std::uint32_t card_;
    Prefix address_;
    network::Interface* interface_ = nullptr;  ///< once it has begun
};

std::vector<CardInfo> Cards::list() const {
    std::vector<CardInfo> all;
    for (const network::Interface& interface : network_.ip().interfaces())
        all.push_back({.index = interface.number(),
                       .name = interface.device().name(),
                       .mac = interface.device().mac().octets(),
                       .addresses = {interface.addresses().begin(), interface.addresses().end()}});
    return all;
}

Result<network::Interface*> Cards::find(std::uint32_t card) const {
    auto& interfaces = network_.ip().interfaces();
    if (card == 0 || card > interfaces.size())
        return std::unexpected{Error{Errc::address_not_available, "",
                                     std::string{network_.name()} + " has no card " + std::to_string(card)}};
    return &interfaces[card - 1];
}

Result<network::Interface*> Cards::find_for(std::uint32_t card, const Prefix& address) const {
    const IpAddress& ip = address.address;
    if (!network::is_unicast(ip) || ip.is_loopback() || address.bits > ip.size() * 8)
        return std::unexpected{Error{Errc::invalid_argument, "", address.to_string() + " is no host's"}};
    if (network_.ip().interface_of(ip) != 0)
        return std::unexpected{Error{Errc::exists, "", ip.to_string() + " is this host's already"}};
    return find(card);
}

Result<void> Cards::add_address(std::uint32_t card, const Prefix& address) {
    const Result<network::Interface*> interface = find_for(card, address);
    if (!interface) return std::unexpected{interface.error()};
    network_.ip().add_address(**interface, address);
    network_.runner().addresses_changed(network_);
    return {};
}

std::unique_ptr<backend::AddressClaim> Cards::claim_address(std::uint32_t card, const Prefix& address) {
    return std::make_unique<Claim>(*this, card, address);
}

Result<void> Cards::remove_address(std::uint32_t card, const IpAddress& address) {
    const Result<network::Interface*> interface = find(card);
    if (!interface) return std::unexpected{interface.error()};
    if (!(*interface)->owns(address)) return std::unexpected{Errc::address_not_available};
    network_.ip().remove_address(**interface, address);
    network_.runner().addresses_changed(network_);
    return {};
}

Result<void> Cards::add_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) {
    if (const auto interface = find(card); !interface) return std::unexpected{interface.error()};
    return network_.ip().add_route(target, gateway, card, network::Route::Origin::learned);
}

Result<void> Cards::remove_route(const Prefix& target, const IpAddress& gateway, std::uint32_t card) {
    const Result<network::Interface*> interface = find(card);
    if (!interface) return std::unexpected{interface.error()};
    if (!network_.ip().remove_route(**interface, target, gateway)) return std::unexpected{Errc::not_found};
    return {};
}

Result<void> Cards::introduce_neighbour(std::uint32_t card, const IpAddress& ip, const CardAddress& mac) {
    const Result<network::Interface*> interface = find(card);
    if (!interface) return std::unexpected{interface.error()};
    if (!network::is_unicast(ip)) return std::unexpected{Errc::invalid_argument};
    (*interface)->introduce(ip, wire::MacAddress{mac}, network_.now());
    network_.used();
    return {};
}

void Cards::wake_claims() {
    if (claims_.empty()) return;
    const auto is_under_way = [](const Claim* claim) { return !claim->is_decided(); };
    const auto decided = std::ranges::stable_partition(claims_, is_under_way);
    const std::vector<Claim*> told{decided.begin(), decided.end()};
    claims_.erase(decided.begin(), decided.end());
    if (!told.empty()) network_.runner().addresses_changed(network_);
    for (Claim* claim : told) claim->wake(backend::Interest::read);
}

}  // namespace sockeye::stack
