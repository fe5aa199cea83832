#include "network/router_advertiser.hpp"

#include <algorithm>
#include <utility>

#include "network/scope.hpp"

namespace sockeye::network {
namespace {

// RFC 4861 §10.
constexpr int initial_advertisements = 3;
constexpr Duration initial_interval = 16s;
constexpr Duration least_between = 3s;
constexpr Duration longest_delay = 500ms;

constexpr std::uint8_t identifier_bits = 64;  // RFC 2464 §4: of networks whose hosts choose theirs

}  // namespace

RouterAdvertiser::RouterAdvertiser(Config config, Random random, Instant now)
    : config_{std::move(config)}, random_{random}, due_{now} {}

void RouterAdvertiser::asked(Instant now) {
    Instant answer = now + chosen(Duration::zero(), longest_delay);
    if (latest_ && now - *latest_ < least_between) answer = *latest_ + least_between + (answer - now);
    due_ = std::min(due_, answer);
}

bool RouterAdvertiser::is_due(Instant now) {
    if (now < due_) return false;
    latest_ = now;
    Duration wait = chosen(config_.interval / 3, config_.interval);
    if (++sent_ < initial_advertisements) wait = std::min(wait, initial_interval);
    sent_ = std::min(sent_, initial_advertisements);
    due_ = now + wait;
    return true;
}

wire::RouterAdvertisement RouterAdvertiser::message(std::span<const Prefix> own,
                                                    const wire::MacAddress& mac) const {
    wire::RouterAdvertisement message = config_.says;
    message.source_mac = mac;
    if (!message.prefixes.empty()) return message;
    for (const Prefix& address : own) {
        if (address.address.family() != Family::inet6 || is_link_local(address.address)) continue;
        if (message.prefixes.size() == wire::RouterAdvertisement::maximum_prefixes) break;
        const Prefix network{.address = address.network(), .bits = address.bits};
        const bool is_said = std::ranges::find(message.prefixes, network, &wire::PrefixInformation::prefix) !=
                             message.prefixes.end();
        if (is_said) continue;
        message.prefixes.push_back({.prefix = network,
                                    .on_link = true,
                                    .autonomous = address.bits == identifier_bits,
                                    .valid_lifetime = config_.valid_lifetime,
                                    .preferred_lifetime = config_.preferred_lifetime});
    }
    return message;
}

wire::RouterAdvertisement RouterAdvertiser::farewell(std::span<const Prefix> own,
                                                     const wire::MacAddress& mac) const {
    wire::RouterAdvertisement message = this->message(own, mac);
    message.lifetime = 0;
    return message;
}

Duration RouterAdvertiser::chosen(Duration least, Duration most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + Duration{static_cast<Duration::rep>(random_.below(range + 1))};
}

}  // namespace sockeye::network
