// Who gives addresses in a lab, and who asks for them: DHCP's three programs, and those of IPv6's routers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/dhcp/programs.hpp"
#include "base/quantity.hpp"
#include "base/subnet.hpp"
#include "lab/file/builder.hpp"
#include "sockeye/autoconfiguration.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/event.hpp"
#include "view/programs/program.hpp"

namespace sockeye::view {
namespace {

using app::dhcp::Lease;
using lab::NodeKind;

// --- the client ---------------------------------------------------------------------------------

/// A card that waits for its address, and tells what becomes of it.
class Card final : public app::dhcp::ClientObserver {
public:
    Card(lab::World& world, Host& host) : world_{world}, host_{host}, is_configured_{host} {}

    Op<void> configured() { return is_configured_.wait(); }

    void configured(const Lease& lease) override {
        if (!is_configured_.is_set())
            tell(world_, host_,
                 fmt::format("{} by DHCP, for {}", lease.address.to_string(),
                             to_string(lease.end - lease.began)));
        is_configured_.set();
    }
    void unconfigured(const Lease& lease, std::string_view why) override {
        tell(world_, host_, fmt::format("{} is gone: {}", lease.address.to_string(), why));
        is_configured_.clear();
    }
    void conflict(const IpAddress& ip) override {
        tell(world_, host_, ip.to_string() + " is somebody else's: declined");
    }
    void failed(const Error& why) override { tell(world_, host_, "DHCP: " + why.message()); }

private:
    lab::World& world_;
    Host& host_;
    Event is_configured_;
};

Task<> keep_card(Host& host, std::shared_ptr<Card> card, std::uint32_t number) {
    const app::dhcp::ClientOptions options{.card = number};
    co_await app::dhcp::keep_configured(host, options, card.get());
}

/// Until each card has an address.
Task<> configure_cards(Host& host, lab::World* world, std::vector<std::uint32_t> numbers) {
    std::vector<std::shared_ptr<Card>> cards;
    for (const std::uint32_t number : numbers) {
        const auto card = std::make_shared<Card>(*world, host);
        host.spawn(keep_card(host, card, number));
        cards.push_back(card);
    }
    for (const auto& card : cards) (void)co_await card->configured();  // cancelled: the host stops
}

/// Those that the file gives no address, counted from 1.
std::vector<std::uint32_t> cards_without_address(const Setting& setting) {
    std::vector<std::uint32_t> numbers;
    const std::vector<lab::CardPrefix> known = addresses_of(setting.file, setting.node);
    std::uint32_t number = 0;
    for (const lab::LinkSpec& link : setting.file.links)
        for (const lab::EndpointSpec& end : link.ends) {
            if (end.node != setting.node.name) continue;
            ++number;
            if (std::ranges::find(known, end.card, &lab::CardPrefix::card) == known.end())
                numbers.push_back(number);
        }
    return numbers;
}

Result<Program> make_client(Words words, Setting& setting) {
    if (!words.empty()) return mistaken("what is '" + words.front() + "'?");
    std::vector<std::uint32_t> numbers = cards_without_address(setting);
    if (numbers.empty()) return mistaken("each of its cards has an address already");
    return [world = &setting.world, numbers](Host& host) { return configure_cards(host, world, numbers); };
}

// --- the server ---------------------------------------------------------------------------------

/// A card of the node's that may be served: its number from 1, and its address.
struct OwnCard {
    std::uint32_t number;
    Prefix address;
};

/// Those with an IPv4 address; of a NAT, not the outside.
std::vector<OwnCard> cards_inside(const Setting& setting) {
    std::optional<std::string> outside;
    if (setting.node.kind == NodeKind::nat) outside = outside_of(setting.file, setting.node);
    const std::vector<lab::CardPrefix> known = addresses_of(setting.file, setting.node);
    std::vector<OwnCard> cards;
    std::uint32_t number = 0;
    for (const lab::LinkSpec& link : setting.file.links)
        for (const lab::EndpointSpec& end : link.ends) {
            if (end.node != setting.node.name) continue;
            ++number;
            const auto own = std::ranges::find_if(known, [&](const lab::CardPrefix& each) {
                return each.card == end.card && each.prefix.address.family() == Family::inet;
            });
            if (own != known.end() && end.card != outside) cards.push_back({number, own->prefix});
        }
    return cards;
}

/// From .101 to .200 where there are as many, as boxes at home do it; else all of them.
void set_usual_pool(app::dhcp::Subnet& subnet) {
    const HostRange hosts = hosts_of(subnet.network);
    constexpr std::uint32_t usual_first = 100;  // behind the first host's
    constexpr std::uint32_t usual_count = 100;
    subnet.first = hosts.first;
    subnet.last = hosts.last;
    if (hosts.count < usual_first + usual_count) return;
    subnet.first = plus(hosts.first, usual_first).value_or(hosts.last);
    subnet.last = plus(subnet.first, usual_count - 1).value_or(hosts.last);
}

/// Everybody who has an address there by the file keeps it for himself.
void reserve_known(const Setting& setting, app::dhcp::Subnet& subnet) {
    constexpr wire::MacAddress nobody{};
    for (const lab::NodeSpec& node : setting.file.nodes)
        for (const lab::CardPrefix& known : addresses_of(setting.file, node))
            if (subnet.network.contains(known.prefix.address))
                subnet.reservations.push_back({nobody, known.prefix.address});
}

/// The node itself where it passes packets on, else its own way out.
std::vector<IpAddress> routers_for(const Setting& setting, const Prefix& own) {
    if (setting.node.kind == NodeKind::router || setting.node.kind == NodeKind::nat) return {own.address};
    for (const lab::StaticRoute& route : setting.node.routes)
        if (route.target.bits == 0 && own.contains(route.gateway)) return {route.gateway};
    return {};
}

app::dhcp::Subnet usual_subnet(const Setting& setting, const Prefix& network) {
    app::dhcp::Subnet subnet{.network = network, .first = {}, .last = {}};
    set_usual_pool(subnet);
    subnet.name_servers = name_servers_of(setting.file, setting.node);
    return subnet;
}

std::optional<IpAddress> ipv4(std::string_view text) {
    const Result<IpAddress> parsed = IpAddress::parse(text);
    if (!parsed || parsed->family() != Family::inet) return std::nullopt;
    return *parsed;
}

Result<void> set_pool(app::dhcp::Subnet& subnet, const std::string& value) {
    const std::size_t dash = value.find('-');
    const auto first = ipv4(value.substr(0, dash));
    const auto last = dash == std::string::npos ? first : ipv4(value.substr(dash + 1));
    if (!first || !last) return mistaken("'" + value + "' is no pool: 10.0.0.100-10.0.0.199 is one");
    subnet.first = *first;
    subnet.last = *last;
    return {};
}

Result<void> set_list(std::vector<IpAddress>& list, const std::string& value) {
    const auto ip = ipv4(value);
    if (!ip) return mistaken("'" + value + "' is no IPv4 address");
    list = {*ip};
    return {};
}

Result<void> set_lease(app::dhcp::Subnet& subnet, const std::string& value) {
    const Result<Duration> lease = parse_duration(value);
    if (!lease) return mistaken(std::string{lease.error().detail()});
    subnet.lease = *lease;
    return {};
}

/// What is said before any "subnet=" is said of every card's subnet.
class ServerWords {
public:
    ServerWords(const Setting& setting, app::dhcp::ServerConfig& config)
        : setting_{setting}, config_{config} {}

    Result<void> read(const std::string& word) {
        if (auto value = value_of(word, "subnet")) return begin_subnet(*value);
        for (app::dhcp::Subnet& subnet : meant()) {
            Result<void> set = read(subnet, word);
            if (!set) return set;
        }
        return {};
    }

private:
    Result<void> begin_subnet(const std::string& value) {
        const Result<Prefix> network = Prefix::parse(value);
        if (!network || network->address.family() != Family::inet)
            return mistaken("'" + value + "' is no network: 10.2.0.0/24 is one");
        const auto same = std::ranges::find_if(config_.subnets, [&](const app::dhcp::Subnet& each) {
            return each.network.network() == network->network() && each.network.bits == network->bits;
        });
        is_one_ = true;
        one_ = static_cast<std::size_t>(same - config_.subnets.begin());
        if (same == config_.subnets.end()) config_.subnets.push_back(usual_subnet(setting_, *network));
        return {};
    }

    std::span<app::dhcp::Subnet> meant() {
        const std::span all{config_.subnets};
        return is_one_ ? all.subspan(one_, 1) : all;
    }

    static Result<void> read(app::dhcp::Subnet& subnet, const std::string& word) {
        if (auto value = value_of(word, "pool")) return set_pool(subnet, *value);
        if (auto value = value_of(word, "lease")) return set_lease(subnet, *value);
        if (auto value = value_of(word, "router")) return set_list(subnet.routers, *value);
        if (auto value = value_of(word, "dns")) return set_list(subnet.name_servers, *value);
        return mistaken("what is '" + word + "'?");
    }

    const Setting& setting_;
    app::dhcp::ServerConfig& config_;
    bool is_one_ = false;
    std::size_t one_ = 0;  ///< the latest that was named
};

Result<Program> make_server(Words words, Setting& setting) {
    const std::vector<OwnCard> cards = cards_inside(setting);
    if (cards.empty()) return mistaken("none of its cards has an IPv4 address");
    app::dhcp::ServerConfig config;
    std::vector<app::dhcp::ServedCard> served;
    for (const OwnCard& card : cards) {
        app::dhcp::Subnet& subnet = config.subnets.emplace_back(
            usual_subnet(setting, Prefix{card.address.network(), card.address.bits}));
        subnet.routers = routers_for(setting, card.address);
        served.push_back({card.number, card.address.address});
    }
    ServerWords reader{setting, config};
    for (const std::string& word : words)
        if (Result<void> read = reader.read(word); !read) return std::unexpected{read.error()};
    for (app::dhcp::Subnet& subnet : config.subnets) reserve_known(setting, subnet);
    if (const std::string wrong = mistake_in(config); !wrong.empty()) return mistaken(wrong);
    // One for all of the host's lives: leases are kept on its disk.
    setting.dhcp = std::make_shared<app::dhcp::Server>(std::move(config));
    return [served, server = setting.dhcp](Host& host) -> Task<> {
        host.spawn(app::dhcp::serve(host, served, server));
        co_return;
    };
}

// --- the relay ----------------------------------------------------------------------------------

Result<Program> make_relay(Words words, Setting& setting) {
    const auto server = words.size() == 1 ? ipv4(words.front()) : std::nullopt;
    if (!server) return mistaken("the IPv4 address of a DHCP server is needed");
    std::vector<app::dhcp::ServedCard> served;
    for (const OwnCard& card : cards_inside(setting))
        if (!card.address.contains(*server)) served.push_back({card.number, card.address.address});
    if (served.empty()) return mistaken("none of its cards has clients that the server does not hear itself");
    return [served, server = *server](Host& host) -> Task<> {
        host.spawn(app::dhcp::relay(host, served, server));
        co_return;
    };
}

// --- IPv6 by routers ----------------------------------------------------------------------------

/// The first address by which others than neighbours may know the card.
std::string address_of(Host& host, std::uint32_t card) {
    const Prefix link_local = Prefix::parse("fe80::/10").value();
    const CardInfo info = card_list(host).value()[card - 1];
    for (const Prefix& own : info.addresses)
        if (own.address.family() == Family::inet6 && !link_local.contains(own.address))
            return own.to_string();
    return "no address";
}

/// The node's cards, counted from 1. @param family  of which the file gives them an address; none: all
std::vector<std::uint32_t> cards_of(const Setting& setting, std::optional<Family> family = std::nullopt) {
    const std::vector<lab::CardPrefix> known = addresses_of(setting.file, setting.node);
    std::vector<std::uint32_t> numbers;
    std::uint32_t number = 0;
    for (const lab::LinkSpec& link : setting.file.links)
        for (const lab::EndpointSpec& end : link.ends) {
            if (end.node != setting.node.name) continue;
            ++number;
            const bool is_meant = std::ranges::any_of(known, [&](const lab::CardPrefix& each) {
                return each.card == end.card && each.prefix.address.family() == family;
            });
            if (!family || is_meant) numbers.push_back(number);
        }
    return numbers;
}

/// Until each card has an address.
Task<> follow_routers(Host& host, lab::World* world, std::vector<std::uint32_t> numbers) {
    for (const std::uint32_t number : numbers) {
        const Result<void> configured = co_await autoconfigure(host, number);
        if (configured)
            tell(*world, host, address_of(host, number) + " by a router's prefix");
        else
            tell(*world, host, "SLAAC: " + configured.error().message());
    }
}

bool is_router(const Setting& setting) {
    return setting.node.kind == NodeKind::router || setting.node.kind == NodeKind::nat;
}

Result<Program> make_slaac(Words words, Setting& setting) {
    if (!words.empty()) return mistaken("what is '" + words.front() + "'?");
    if (is_router(setting)) return mistaken("a router does not ask routers");
    const std::vector<std::uint32_t> numbers = cards_of(setting);
    if (numbers.empty()) return mistaken("it has no card");
    return [world = &setting.world, numbers](Host& host) { return follow_routers(host, world, numbers); };
}

Result<void> set_duration(Duration& duration, const std::string& value) {
    const Result<Duration> read = parse_duration(value);
    if (!read) return mistaken(std::string{read.error().detail()});
    duration = *read;
    return {};
}

Result<void> read_advertising(RouterAdvertising& what, const std::string& word) {
    if (auto value = value_of(word, "interval")) return set_duration(what.interval, *value);
    if (auto value = value_of(word, "lifetime")) return set_duration(what.lifetime, *value);
    if (auto value = value_of(word, "valid")) return set_duration(what.valid, *value);
    if (auto value = value_of(word, "preferred")) return set_duration(what.preferred, *value);
    if (auto value = value_of(word, "dns")) {
        const Result<IpAddress> server = IpAddress::parse(*value);
        if (!server || server->family() != Family::inet6)
            return mistaken("'" + *value + "' is no IPv6 address");
        what.name_servers.push_back(*server);
        return {};
    }
    return mistaken("what is '" + word + "'?");
}

Task<> keep_advertising(Host& host, lab::World* world, std::vector<std::uint32_t> numbers,
                        std::shared_ptr<const RouterAdvertising> what) {
    for (const std::uint32_t number : numbers)
        if (const Result<void> begun = advertise(host, number, *what); !begun)
            tell(*world, host, "router-advertiser: " + begun.error().message());
    co_return;
}

/// On each card with an IPv6 address.
Result<Program> make_advertiser(Words words, Setting& setting) {
    if (!is_router(setting)) return mistaken("it is no router");
    const std::vector<std::uint32_t> numbers = cards_of(setting, Family::inet6);
    if (numbers.empty()) return mistaken("none of its cards has an IPv6 address");
    const auto what = std::make_shared<RouterAdvertising>();
    for (const std::string& word : words)
        if (Result<void> read = read_advertising(*what, word); !read) return std::unexpected{read.error()};
    return [world = &setting.world, numbers, what](Host& host) {
        return keep_advertising(host, world, numbers, what);
    };
}

constexpr std::array all{
    Maker{"dhcp-client", "dhcp-client", make_client},
    Maker{"dhcp-server",
          "dhcp-server [subnet=NETWORK] [pool=FIRST-LAST] [lease=DURATION] [router=IP] [dns=IP]",
          make_server},
    Maker{"dhcp-relay", "dhcp-relay SERVER", make_relay}, Maker{"slaac", "slaac", make_slaac},
    Maker{"router-advertiser",
          "router-advertiser [interval=DURATION] [lifetime=DURATION] [valid=DURATION] [preferred=DURATION] "
          "[dns=IP]",
          make_advertiser}};

}  // namespace

std::span<const Maker> addressing() {
    return all;
}

}  // namespace sockeye::view
