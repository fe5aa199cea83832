// Clients of a lab's hosts: what asks once and tells what it got.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/http/client.hpp"
#include "app/upper_client.hpp"
#include "base/address_text.hpp"
#include "sockeye/names.hpp"
#include "sockeye/ping.hpp"
#include "view/programs/program.hpp"
#include "view/whom.hpp"

namespace sockeye::view {
namespace {

constexpr Duration patience = 60s;

class Counted final : public app::http::Receiver {
public:
    std::size_t octets() const { return octets_; }

    Result<void> header(const app::http::Response&) override { return {}; }
    Task<Result<void>> body(BytesView piece) override {
        octets_ += piece.size();
        co_return Result<void>{};
    }

private:
    std::size_t octets_ = 0;
};

Task<> fetch_page(Host& host, lab::World* world, app::http::Url url) {
    Counted page;
    app::http::Fetch fetch;
    fetch.url = url;
    fetch.deadline = Deadline{patience};
    const Instant began = host.now();
    const Result<app::http::Response> response = co_await app::http::fetch(host, std::move(fetch), page);
    const std::string took = to_string(host.now() - began);
    if (response)
        tell(*world, host,
             fmt::format("{}: {} {}, {} B, after {}", url.to_string(), response->status, response->reason,
                         page.octets(), took));
    else
        tell(*world, host, fmt::format("{}: {}", url.to_string(), response.error().message()));
}

Result<Program> make_fetch(Words words, Setting& setting) {
    if (words.size() != 1) return mistaken("one URL is needed");
    Result<app::http::Url> url = app::http::Url::parse(words.front());
    if (!url) return mistaken(std::string{url.error().detail()});
    return
        [world = &setting.world, url = std::move(*url)](Host& host) { return fetch_page(host, world, url); };
}

Task<> say_line(Host& host, lab::World* world, Target server, std::string line) {
    const app::ClientOptions options{.pause = {}, .patience = Deadline{patience}};
    std::vector<std::string> lines;
    lines.push_back(std::move(line));
    const app::Visit visit = co_await app::upper_client(host, server, std::move(lines), options);
    for (const app::Exchange& exchange : visit.exchanges)
        if (!exchange.received.empty())
            tell(*world, host,
                 fmt::format("said \"{}\", heard \"{}\" after {}", exchange.sent, exchange.received,
                             to_string(exchange.received_at - exchange.sent_at)));
    if (visit.error) tell(*world, host, fmt::format("{}: {}", server.to_string(), visit.error->message()));
}

Result<Program> make_say(Words words, Setting& setting) {
    if (words.size() < 2) return mistaken("whom to say what to?");
    Result<Target> server = Target::parse(words.front());
    if (!server) return mistaken(std::string{server.error().detail()});
    return [world = &setting.world, server = std::move(*server),
            line = joined(words.subspan(1))](Host& host) { return say_line(host, world, server, line); };
}

Task<> ping_once(Host& host, lab::World* world, std::string name, std::uint32_t times) {
    constexpr Duration interval = 1s;
    const Result<std::vector<AddressInfo>> found = co_await getaddrinfo(host, name, 0);
    if (!found || found->empty()) {
        tell(*world, host, fmt::format("ping {}: {}", name, found ? "no address" : found.error().message()));
        co_return;
    }
    const Address target = found->front().address;
    for (std::uint32_t i = 0; i < times; ++i) {
        if (i > 0) (void)co_await host.sleep(interval);  // stopped or not, the loop ends
        const Pong pong = co_await ping(host, target);
        tell(*world, host, fmt::format("ping {}: {}", name, outcome(pong)));
    }
}

Result<Program> make_ping(Words words, Setting& setting) {
    constexpr std::uint32_t most = 1'000'000;
    if (words.empty() || words.size() > 2) return mistaken("whom to ping?");
    const auto times = address_text::parse_number(words.size() == 2 ? words[1] : "1", most);
    if (!times || *times == 0) return mistaken("'" + words[1] + "' is no number of pings");
    return [world = &setting.world, name = words.front(), times = *times](Host& host) {
        return ping_once(host, world, name, times);
    };
}

constexpr std::array all{Maker{"fetch", "fetch URL", make_fetch}, Maker{"say", "say ADDRESS TEXT", make_say},
                         Maker{"ping", "ping HOST [TIMES]", make_ping}};

}  // namespace

std::span<const Maker> clients() {
    return all;
}

}  // namespace sockeye::view
