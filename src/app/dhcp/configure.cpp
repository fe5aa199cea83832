// The client as a program: what it is to do, done with a socket and the host's cards.
#include <algorithm>
#include <utility>

#include "app/dhcp/programs.hpp"
#include "app/session.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/names.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::app::dhcp {
namespace {

/// The host, the card, and what it was given.
class Station {
public:
    Station(Network& network, CardInfo card, const ClientOptions& options, ClientObserver* observer)
        : network_{network},
          card_{std::move(card)},
          observer_{observer},
          client_{{.mac = wire::MacAddress{card_.mac},
                   .host_name = gethostname(network),
                   .previous = options.previous,
                   .lease = options.lease,
                   .probe = options.probe,
                   .broadcast = options.broadcast,
                   .start_delay = options.start_delay},
                  Random{network.random()},
                  network.now()},
          socket_{network, Family::inet, SocketType::datagram} {}

    Result<void> open() {
        for (const option::Flag each : {option::so_reuseaddr, option::so_broadcast})
            if (Result<void> set = socket_.setsockopt(each, true); !set) return set;
        if (Result<void> set = socket_.setsockopt(option::so_bindtodevice, card_.name); !set) return set;
        return socket_.bind({IpAddress{}, wire::DhcpMessage::client_port});
    }

    /// Until the task is told to stop.
    Task<> run() {
        for (;;) {
            co_await act();
            constexpr std::size_t longest = 1500;
            Result<Datagram> datagram = co_await socket_.recvfrom(longest, client_.next_wakeup());
            if (datagram) {
                hear(*datagram);
            } else if (datagram.error() == Errc::cancelled || datagram.error() == Errc::closed) {
                break;
            }
        }
    }

    Task<> give_back() {
        client_.release(network_.now());
        co_await act();
    }

private:
    void hear(const Datagram& datagram) {
        const auto message = wire::parse_dhcp({datagram.bytes.data(), datagram.bytes.size()});
        if (message && datagram.sender.port() == wire::DhcpMessage::server_port)
            client_.receive(*message, network_.now());
    }

    /// All that is to be done by now.
    Task<> act() {
        for (;;) {
            std::optional<Client::Action> action = client_.next(network_.now());
            tell_state();
            if (!action) co_return;
            if (const auto* send = std::get_if<Client::Send>(&*action)) co_await transmit(*send);
            if (const auto* probe = std::get_if<Client::Probe>(&*action)) co_await check(probe->address);
            if (const auto* use = std::get_if<Client::Use>(&*action)) configure(use->lease);
            if (const auto* drop = std::get_if<Client::Drop>(&*action)) unconfigure(*drop);
        }
    }

    /// What cannot be sent is as good as lost: it is sent again.
    Task<> transmit(const Client::Send& send) {
        const std::vector<std::byte> octets = wire::write_dhcp(send.message);
        const IpAddress everybody = Address{"<broadcast>", 0}.ip();
        const Address to{send.to.value_or(everybody), wire::DhcpMessage::server_port};
        const Result<std::size_t> sent = co_await socket_.sendto(std::span{octets}, to);
        if (!sent) tell(sent.error());
        // The server may have to be asked for its MAC, in the name of the address that is about to go.
        constexpr Duration for_an_answer = 1s;
        if (sent && send.message.type() == wire::DhcpMessageType::release)
            (void)co_await network_.sleep(for_an_answer);  // stopped or not, the address goes
    }

    Task<> check(const Prefix& address) {
        const Result<void> claimed = co_await claim_address(network_, card_.index, address);
        if (!claimed && claimed.error() == Errc::cancelled)
            co_return;  // nobody is to have an address any more
        const bool is_ours = claimed || claimed.error() == Errc::exists;  // from elsewhere, already
        if (!is_ours && observer_ != nullptr) observer_->conflict(address.address);
        client_.checked(is_ours ? Client::Verdict::free : Client::Verdict::taken, network_.now());
    }

    void configure(const Lease& lease) {
        if (!has(lease.address.address))
            if (const Result<void> added = add_address(network_, card_.index, lease.address); !added)
                tell(added.error());
        const std::optional<IpAddress> router =
            lease.routers.empty() ? std::nullopt : std::optional{lease.routers.front()};
        if (router != router_) {
            forget_router();
            const Result<void> added =
                router ? add_route(network_, everything, *router, card_.index) : Result<void>{};
            if (added)
                router_ = router;
            else
                tell(added.error());
        }
        tell_name_servers(lease.name_servers);
        if (observer_ != nullptr) observer_->configured(lease);
    }

    void unconfigure(const Client::Drop& drop) {
        forget_router();
        tell_name_servers({});
        if (const Result<void> gone = remove_address(network_, card_.index, drop.lease.address.address);
            !gone)
            tell(gone.error());
        if (observer_ != nullptr) observer_->unconfigured(drop.lease, drop.why);
    }

    bool has(const IpAddress& ip) const {
        const Result<std::vector<CardInfo>> cards = card_list(network_);
        return cards && std::ranges::any_of(*cards, [&](const CardInfo& card) {
                   return card.index == card_.index &&
                          std::ranges::find(card.addresses, ip, &Prefix::address) != card.addresses.end();
               });
    }

    void forget_router() {
        if (!router_) return;
        if (const auto gone = remove_route(network_, everything, *router_, card_.index); !gone)
            tell(gone.error());
        router_.reset();
    }

    void tell_name_servers(const std::vector<IpAddress>& ips) {
        constexpr std::uint16_t domain = 53;
        if (ips == name_servers_) return;
        name_servers_ = ips;
        std::vector<Address> servers;
        for (const IpAddress& ip : ips) servers.emplace_back(ip, domain);
        set_name_servers(network_, servers);
    }

    void tell_state() {
        if (observer_ == nullptr || told_ == client_.state()) return;
        told_ = client_.state();
        observer_->state_changed(*told_);
    }

    void tell(const Error& why) {
        if (observer_ != nullptr && why != Errc::cancelled) observer_->failed(why);
    }

    static constexpr Prefix everything{};  // 0.0.0.0/0

    Network& network_;
    CardInfo card_;
    ClientObserver* observer_;
    Client client_;
    Socket socket_;
    std::optional<IpAddress> router_;
    std::vector<IpAddress> name_servers_;
    std::optional<ClientState> told_;
};

Result<CardInfo> find_card(Network& network, std::uint32_t number) {
    Result<std::vector<CardInfo>> cards = card_list(network);
    if (!cards) return std::unexpected{std::move(cards.error())};
    const auto found = std::ranges::find(*cards, number, &CardInfo::index);
    if (found != cards->end()) return std::move(*found);
    return std::unexpected{Error{Errc::address_not_available, "dhcp",
                                 std::string{network.name()} + " has no card " + std::to_string(number)}};
}

/// A task of its own: one that was told to stop can send nothing any more.
Task<> give_back(std::shared_ptr<Station> station) {
    (void)co_await station->give_back();  // a Task<> returns nothing
}

}  // namespace

Task<> keep_configured(Network& network, ClientOptions options, ClientObserver* observer) {
    Result<CardInfo> card = find_card(network, options.card);
    if (!card) {
        if (observer != nullptr) observer->failed(card.error());
        co_return;
    }
    const auto station = std::make_shared<Station>(network, *std::move(card), options, observer);
    if (const Result<void> opened = station->open(); !opened) {
        if (observer != nullptr) observer->failed(opened.error());
        co_return;
    }
    (void)co_await station->run();  // a Task<> returns nothing
    network.spawn(give_back(station));
}

}  // namespace sockeye::app::dhcp
