#include "view/expect/attempt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "app/http/client.hpp"
#include "lab/file/builder.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/names.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "view/expect/watch.hpp"
#include "view/whom.hpp"

namespace sockeye::view {
namespace {

using Kind = lab::Expectation::Kind;

Attempt failure(const Error& error) {
    return {.what = error.message()};
}

// ---- packets

Task<Attempt> try_to_reach(Host& host, const Stage& stage, const Watch& watch, Instant until) {
    const Result<Address> target = co_await find_target(stage.world, host, watch.target, Deadline{until});
    if (!target) co_return failure(target.error());
    PingOptions options;
    options.patience = std::clamp<Duration>(until - host.now(), 1ns, options.patience);
    const Pong pong = co_await ping(host, *target, options);
    co_return Attempt{pong.kind == Pong::Kind::reply, outcome(pong)};
}

Task<Attempt> try_to_connect(Host& host, const Stage& stage, const Watch& watch, Instant until) {
    const Result<Address> target = co_await find_target(stage.world, host, watch.target, Deadline{until});
    if (!target) co_return failure(target.error());
    const Instant began = host.now();
    const Address address{target->ip(), watch.expectation->port};
    const Result<Socket> connection = co_await create_connection(host, Target{address}, Deadline{until});
    const bool is_refused = !connection && connection.error() == Errc::refused;
    const std::string what =
        connection ? "connected after " + to_string(host.now() - began) : connection.error().message();
    co_return Attempt{watch.expectation->kind == Kind::connects ? connection.has_value() : is_refused, what};
}

class Discarding final : public app::http::Receiver {
public:
    Result<void> header(const app::http::Response&) override { return {}; }
    Task<Result<void>> body(BytesView) override { co_return Result<void>{}; }
};

/// The host of a URL may be a node's name, which no name server needs to know.
Task<Attempt> try_to_get(Host& host, const Stage& stage, const Watch& watch, Instant until) {
    Result<app::http::Url> url = app::http::Url::parse(watch.target);
    if (!url) co_return failure(url.error());
    if (stage.file.node(url->host) != nullptr) {
        const Result<Address> target = co_await find_target(stage.world, host, url->host, Deadline{until});
        if (!target) co_return failure(target.error());
        url->host = target->ip().to_string();
    }
    const Instant began = host.now();
    Discarding page;
    app::http::Fetch fetch;
    fetch.url = std::move(*url);
    fetch.deadline = Deadline{until};
    const Result<app::http::Response> response = co_await app::http::fetch(host, std::move(fetch), page);
    if (!response) co_return failure(response.error());
    co_return Attempt{
        response->status / 100 == 2,
        fmt::format("{} {} after {}", response->status, response->reason, to_string(host.now() - began))};
}

std::string list(const std::vector<AddressInfo>& found) {
    std::vector<std::string> texts;
    for (const AddressInfo& each : found) {
        std::string text = each.address.ip().to_string();
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

Task<Attempt> try_to_resolve(Host& host, const Watch& watch, Instant until) {
    const Result<std::vector<AddressInfo>> found =
        co_await getaddrinfo(host, watch.target, std::uint16_t{0}, {}, Deadline{until});
    if (!found) co_return failure(found.error());
    const std::optional<IpAddress>& wanted = watch.expectation->address;
    const bool is_there = !wanted || std::ranges::any_of(*found, [&](const AddressInfo& each) {
        return each.address.ip() == *wanted;
    });
    co_return Attempt{is_there && !found->empty(), "to " + list(*found)};
}

// ---- what it knows of itself

bool is_link_local(const IpAddress& ip) {
    const auto octets = ip.octets();
    if (ip.family() == Family::inet) return octets[0] == 169 && octets[1] == 254;  // RFC 3927
    return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80;                        // RFC 4291 §2.5.6
}

/// Whether a server of the lab has leased it to somebody.
bool is_leased(const Stage& stage, const IpAddress& ip) {
    using app::dhcp::Binding;
    for (const auto& [host, server] : stage.services.dhcp_servers)
        for (const std::vector<Binding>& subnet : server->leases())
            for (const Binding& binding : subnet)
                if (binding.ip == ip && binding.state == Binding::State::bound) return true;
    return false;
}

Attempt look_at_addresses(Host& host, const Stage& stage, const Watch& watch) {
    const lab::Expectation& expectation = *watch.expectation;
    const Result<std::vector<CardInfo>> cards = card_list(host);
    if (!cards) return failure(cards.error());
    std::string others;
    for (const CardInfo& card : *cards)
        for (const Prefix& own : card.addresses) {
            if (own.address.is_unspecified() || is_link_local(own.address)) continue;
            const bool is_right = expectation.kind == Kind::has_the_address
                                      ? own.address == *expectation.address
                                      : !expectation.by_dhcp || is_leased(stage, own.address);
            if (is_right) return {true, "it has " + own.to_string()};
            others += (others.empty() ? "" : ", ") + own.to_string();
        }
    return {false, others.empty() ? "it has none" : "it has " + others};
}

}  // namespace

Task<Attempt> try_once(Host& host, const Stage& stage, const Watch& watch, Instant until) {
    switch (watch.expectation->kind) {
        case Kind::reaches: co_return co_await try_to_reach(host, stage, watch, until);
        case Kind::connects:
        case Kind::is_refused: co_return co_await try_to_connect(host, stage, watch, until);
        case Kind::gets: co_return co_await try_to_get(host, stage, watch, until);
        case Kind::resolves: co_return co_await try_to_resolve(host, watch, until);
        case Kind::has_an_address:
        case Kind::has_the_address: co_return look_at_addresses(host, stage, watch);
        case Kind::no_drop:
        case Kind::no_loss:
        case Kind::storm: break;
    }
    co_return Attempt{};
}

}  // namespace sockeye::view
