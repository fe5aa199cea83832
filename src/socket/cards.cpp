#include "sockeye/cards.hpp"

#include "sockeye/autoconfiguration.hpp"

#include "socket/backend.hpp"
#include "socket/host_cards.hpp"

namespace sockeye {
namespace {

/// Does `call` with the network's cards, if it has any that may be configured.
template <class Call>
auto with_cards(Network& network, const char* during, Call call)
    -> decltype(call(*network.backend().cards())) {
    backend::HostCards* cards = network.backend().cards();
    if (cards == nullptr) return std::unexpected{Error{Errc::unsupported, during}};
    auto done = call(*cards);
    if (!done) return std::unexpected{std::move(done.error()).with_during(during)};
    return done;
}

Result<void> try_claim(backend::Request& request) {
    return static_cast<backend::AddressClaim&>(*request.target).finish();
}

constexpr backend::Call<void> claim_call{"claim_address", backend::Interest::read, &try_claim};
constexpr backend::Call<void> autoconfigure_call{"autoconfigure", backend::Interest::read, &try_claim};

Op<void> unsupported(const backend::Call<void>& call) {
    backend::Request refused{nullptr};
    refused.set_failure(Errc::unsupported);
    return {call, std::move(refused)};
}

}  // namespace

Result<std::vector<CardInfo>> card_list(Network& network) {
    return with_cards(network, "card_list",
                      [](backend::HostCards& cards) { return Result<std::vector<CardInfo>>{cards.list()}; });
}

Result<void> add_address(Network& network, std::uint32_t card, const Prefix& address) {
    return with_cards(network, "add_address",
                      [&](backend::HostCards& cards) { return cards.add_address(card, address); });
}

Op<void> claim_address(Network& network, std::uint32_t card, const Prefix& address, Deadline deadline) {
    if (backend::HostCards* cards = network.backend().cards())
        return {claim_call, backend::waiting_at(cards->claim_address(card, address), deadline)};
    return unsupported(claim_call);
}

Result<void> remove_address(Network& network, std::uint32_t card, const IpAddress& address) {
    return with_cards(network, "remove_address",
                      [&](backend::HostCards& cards) { return cards.remove_address(card, address); });
}

Result<void> add_route(Network& network, const Prefix& target, const IpAddress& gateway, std::uint32_t card) {
    return with_cards(network, "add_route",
                      [&](backend::HostCards& cards) { return cards.add_route(target, gateway, card); });
}

Result<void> remove_route(Network& network, const Prefix& target, const IpAddress& gateway,
                          std::uint32_t card) {
    return with_cards(network, "remove_route",
                      [&](backend::HostCards& cards) { return cards.remove_route(target, gateway, card); });
}

Result<void> introduce_neighbour(Network& network, std::uint32_t card, const IpAddress& ip,
                                 const CardAddress& mac) {
    return with_cards(network, "introduce_neighbour",
                      [&](backend::HostCards& cards) { return cards.introduce_neighbour(card, ip, mac); });
}

Op<void> autoconfigure(Network& network, std::uint32_t card, Deadline deadline) {
    if (backend::HostCards* cards = network.backend().cards())
        return {autoconfigure_call, backend::waiting_at(cards->autoconfigure(card), deadline)};
    return unsupported(autoconfigure_call);
}

Result<void> advertise(Network& network, std::uint32_t card, const RouterAdvertising& what) {
    return with_cards(network, "advertise",
                      [&](backend::HostCards& cards) { return cards.advertise(card, what); });
}

Result<void> stop_advertising(Network& network, std::uint32_t card) {
    return with_cards(network, "stop_advertising",
                      [&](backend::HostCards& cards) { return cards.stop_advertising(card); });
}

}  // namespace sockeye
