#include "socket/stack/cards.hpp"

#include <algorithm>
#include <utility>

#include "network/scope.hpp"
#include "socket/stack/router_advertising.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

/// An address that a program waits for.
class Cards::Pending : public backend::AddressClaim {
public:
    explicit Pending(Cards& cards) : AddressClaim{cards.network_.driver()}, cards_{cards} {}
    ~Pending() override { std::erase(cards_.pending_, this); }

    virtual bool is_decided() const = 0;

protected:
    /// From now on it is woken once it is decided.
    void await() {
        cards_.pending_.push_back(this);
        cards_.network_.used();
    }
    Cards& cards() const { return cards_; }

private:
    Cards& cards_;
};

class Cards::Claim final : public Pending {
public:
    Claim(Cards& cards, std::uint32_t card, const Prefix& address)
        : Pending{cards}, card_{card}, address_{address} {}
    ~Claim() override {
        if (!is_decided()) interface_->remove_address(address_.address);
    }

    bool is_decided() const override {
        return interface_ == nullptr || !interface_->is_claiming(address_.address);
    }

    Result<void> finish() override {
        if (interface_ == nullptr) {
            const Result<network::Interface*> found = cards().find_for(card_, address_);
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
        interface.claim_address(address_, cards().network_.now());
        await();
    }

    std::uint32_t card_;
    Prefix address_;
    network::Interface* interface_ = nullptr;  ///< once it has begun
};

class Cards::Autoconfiguration final : public Pending {
public:
    Autoconfiguration(Cards& cards, std::uint32_t card) : Pending{cards}, card_{card} {}

    bool is_decided() const override {
        return discovery_ == nullptr || discovery_->has_address() || discovery_->is_refused();
    }

    Result<void> finish() override {
        if (discovery_ == nullptr) {
            if (Result<void> begun = begin(); !begun) return begun;
        }
        if (!is_decided()) return std::unexpected{Errc::would_block};
        if (discovery_->has_address()) return {};
        return std::unexpected{Error{Errc::address_in_use, "", "somebody else has the card's address"}};
    }

    std::string describe() const override { return "an address from a router"; }

private:
    Result<void> begin() {
        const Result<network::Interface*> found = cards().find(card_);
        if (!found) return std::unexpected{found.error()};
        (*found)->discover_routers(cards().network_.now());
        discovery_ = (*found)->discovery();
        if (discovery_ == nullptr)
            return std::unexpected{Error{Errc::unsupported, "", "a router does not ask routers"}};
        await();
        return {};
    }

    std::uint32_t card_;
    const network::RouterDiscovery* discovery_ = nullptr;  ///< once it has begun
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

std::unique_ptr<backend::AddressClaim> Cards::autoconfigure(std::uint32_t card) {
    return std::make_unique<Autoconfiguration>(*this, card);
}

Result<void> Cards::advertise(std::uint32_t card, const RouterAdvertising& what) {
    const Result<network::Interface*> interface = find(card);
    if (!interface) return std::unexpected{interface.error()};
    if (!network_.ip().is_router())
        return std::unexpected{Error{Errc::unsupported, "",
                                     std::string{network_.name()} + " is no router: it forwards nothing"}};
    const Result<network::RouterAdvertiser::Config> config = to_advertise(what);
    if (!config) return std::unexpected{config.error()};
    (*interface)->advertise(*config, network_.now());
    network_.used();
    return {};
}

Result<void> Cards::stop_advertising(std::uint32_t card) {
    const Result<network::Interface*> interface = find(card);
    if (!interface) return std::unexpected{interface.error()};
    if (!(*interface)->stop_advertising()) return std::unexpected{Errc::not_found};
    network_.used();
    return {};
}

void Cards::wake_claims() {
    if (pending_.empty()) return;
    const auto is_under_way = [](const Pending* each) { return !each->is_decided(); };
    const auto decided = std::ranges::stable_partition(pending_, is_under_way);
    const std::vector<Pending*> told{decided.begin(), decided.end()};
    pending_.erase(decided.begin(), decided.end());
    if (!told.empty()) network_.runner().addresses_changed(network_);
    for (Pending* each : told) each->wake(backend::Interest::read);
}

}  // namespace sockeye::stack
