#include "socket/stack/stack_network.hpp"

#include <algorithm>
#include <array>

#include "network/scope.hpp"
#include "socket/stack/datagram_socket.hpp"
#include "socket/stack/echo_socket.hpp"
#include "socket/stack/stream_socket.hpp"
#include "wire/protocol.hpp"

namespace sockeye::stack {
namespace {

constexpr std::size_t minimum_mtu = 576;  // RFC 791: what every host takes
constexpr std::uint16_t domain_port = 53;

}  // namespace

StackNetwork::StackNetwork(backend::Driver& driver, Runner& runner, Options options)
    : backend::Network{driver},
      name_{std::move(options.name)},
      runner_{runner},
      random_{options.random.fork("programs")},
      ip_{options.ip, options.random.fork("ip")},
      udp_{{}, options.random.fork("udp")},
      tcp_{options.tcp, options.random.fork("tcp")},
      names_{name_, devices_, options.random.fork("names")},
      cards_{*this} {}

StackNetwork::~StackNetwork() = default;

WallTime StackNetwork::wall_now() const {
    constexpr std::chrono::sys_days zero{std::chrono::January / 1 / 2000};
    return WallTime{zero} + now().since_zero();
}

link::Device& StackNetwork::add_card(const Card& card) {
    std::string name = card.name.empty() ? "eth" + std::to_string(devices_.size()) : card.name;
    link::Device& device = devices_.emplace_back(std::move(name), card.mac, card.mtu, card.framing);
    ip_.add_interface(device, card.addresses);
    return device;
}

void StackNetwork::receive(link::Device& device, Packet frame, Instant now) {
    if (!powered_) return;
    if (auto packet = ip_.receive(device, std::move(frame), now)) deliver(*packet, now);
    while (const auto conflict = ip_.take_conflict()) runner_.address_conflict(*conflict);
    wake_sockets();
}

void StackNetwork::deliver(const network::IpPacket& packet, Instant now) {
    const auto unreachable = [&](network::IcmpNotice::Kind kind) { ip_.report(packet, {.kind = kind}, now); };
    switch (packet.header.protocol) {
        case wire::protocol::tcp:
            if (tcp_.receive_expected(packet, now)) break;
            // The way back decides how long our segments may be; there is one, since the way here was.
            tcp_.receive(packet, now, ip_.path_mtu(packet.header.source, now).value_or(minimum_mtu));
            if (const auto peer = tcp_.take_confirmed()) ip_.confirm(*peer, now);
            break;
        case wire::protocol::udp: {
            const transport::Udp::Delivery delivery = udp_.receive(packet);
            if (delivery != transport::Udp::Delivery::delivered) dropped_ = to_string(delivery);
            if (delivery == transport::Udp::Delivery::no_port && !packet.is_broadcast)
                unreachable(network::IcmpNotice::Kind::port_unreachable);
            break;
        }
        case wire::protocol::no_next_header: break;  // RFC 8200 §4.7
        default:
            dropped_ = "a protocol that it does not speak";
            unreachable(network::IcmpNotice::Kind::protocol_unreachable);
    }
}

/// What no mapping is for may be for this host itself; where it finds nobody here either, the mapping is
/// what a person misses.
std::string_view StackNetwork::take_drop() {
    const std::string_view below = ip_.take_drop();
    const std::string_view by_tcp = tcp_.take_drop();
    const std::string_view by_another = std::exchange(dropped_, {});
    const std::string_view above = by_another.empty() ? by_tcp : by_another;
    const bool found_nobody = above == transport::nobody_listens || above == transport::tcp::no_connection;
    if (below == network::no_mapping) return found_nobody ? below : above;
    return above.empty() ? below : above;
}

void StackNetwork::tell(const network::IcmpNotice& notice) {
    using enum network::IcmpNotice::Kind;
    udp_.notice(notice);
    if (notice.about.protocol != wire::protocol::tcp) return;
    const network::IpPacket packet{.header = notice.about, .payload = notice.quoted};
    switch (notice.kind) {
        case too_big: return tcp_.too_big(packet, notice.mtu);
        case network_unreachable:
        case host_unreachable:
        case prohibited:
        case protocol_unreachable:
        case port_unreachable: return tcp_.unreachable(packet, notice.kind);
        case hop_limit_exceeded:
        case reassembly_exceeded:
        case parameter_problem: return;  // RFC 9293 MUST-56: trying again may help
    }
}

/// What this host sends to itself may be answered at once, so it goes round until nothing is left.
void StackNetwork::poll(Instant now) {
    given_up_.clear();
    if (!powered_) return;
    bool again = true;
    while (std::exchange(again, false)) {
        while (auto segment = tcp_.poll(now)) transmit(std::move(*segment), now);
        while (auto looped = ip_.poll(now)) {
            deliver(*looped, now);
            static_cast<void>(take_drop());  // it was no frame
            again = true;
        }
        while (const auto notice = ip_.take_notice()) tell(*notice);
        while (const auto message = ip_.take_icmp())
            for (EchoSocket* socket : echo_sockets_) socket->hear(*message);
    }
    given_up_ = ip_.take_given_up();
    if (ip_.take_configured()) take_configured();
    wake_sockets();
}

/// What routers have given, or taken back.
void StackNetwork::take_configured() {
    std::vector<Address> servers;
    for (const network::Interface& interface : ip_.interfaces()) {
        if (interface.discovery() == nullptr) continue;
        for (const IpAddress& ip : interface.discovery()->name_servers())
            servers.emplace_back(ip, domain_port, network::is_link_local(ip) ? interface.number() : 0);
    }
    names_.learn_servers(std::move(servers));
    runner_.addresses_changed(*this);
}

/// A segment that cannot leave now is as good as lost: TCP sends it again, or gives up.
void StackNetwork::transmit(network::IpPacket&& segment, Instant now) {
    if (!ip_.send(segment, now)) tcp_.unreachable(segment, network::IcmpNotice::Kind::network_unreachable);
}

Instant StackNetwork::next_wakeup() const {
    return powered_ ? std::min(ip_.next_wakeup(), tcp_.next_wakeup()) : Instant::never();
}

Instant StackNetwork::idle_until() const {
    if (!ip_.is_settled()) return {};
    for (const link::Device& device : devices_)
        if (device.has_frames()) return {};
    return next_wakeup();
}

void StackNetwork::wake_sockets() {
    const auto wake = [](const transport::Endpoint* endpoint) {
        // A connection that nobody has accepted yet has no socket.
        if (auto* socket = static_cast<backend::Waitable*>(endpoint->user)) {
            socket->wake(backend::Interest::read);
            socket->wake(backend::Interest::write);
        }
    };
    while (transport::Endpoint* endpoint = tcp_.take_changed()) wake(endpoint);
    while (transport::Endpoint* endpoint = udp_.take_changed()) wake(endpoint);
    cards_.wake_claims();
}

network::Interface* StackNetwork::interface(std::uint32_t scope) {
    StableVector<network::Interface>& all = ip_.interfaces();
    const std::size_t index = scope == 0 ? 0 : scope - 1;
    return index < all.size() ? &all[index] : nullptr;
}

Result<void> StackNetwork::join(const IpAddress& group, std::uint32_t scope) {
    network::Interface* where = interface(scope);
    if (where == nullptr || !group.is_multicast()) return std::unexpected{Errc::invalid_argument};
    where->join(group);
    return {};
}

Result<void> StackNetwork::leave(const IpAddress& group, std::uint32_t scope) {
    network::Interface* where = interface(scope);
    if (where == nullptr || !where->is_in(group)) return std::unexpected{Errc::address_not_available};
    where->leave(group);
    return {};
}

std::uint16_t StackNetwork::add(EchoSocket& socket) {
    echo_sockets_.push_back(&socket);
    return next_echo_++;
}

Result<void> StackNetwork::check_local(const Address& at) const {
    if (at.family() == Family::unix_) return std::unexpected{Errc::unsupported};
    if (ip_.is_local(at.ip()) || at.ip().is_multicast()) return {};
    return std::unexpected{
        Error{Errc::address_not_available, "bind", at.to_string() + " is not " + name_ + "'s"}};
}

Result<IpAddress> StackNetwork::source_for(const Address& local, const Address& peer) const {
    const IpAddress target = to_stack(peer).ip();
    if (!local.ip().is_unspecified()) {
        if (local.ip().family() == target.family() && !local.ip().is_multicast()) return local.ip();
        if (local.ip().family() != target.family()) return std::unexpected{Errc::unreachable};
    }
    return ip_.source_for(target, peer.scope());
}

Address StackNetwork::to_stack(const Address& address) {
    const IpAddress& ip = address.ip();
    if (!network::is_v4_mapped(ip)) return Address{ip, address.port()};
    const auto octets = ip.octets().last<4>();
    return Address{IpAddress{std::array{octets[0], octets[1], octets[2], octets[3]}}, address.port()};
}

Address StackNetwork::to_program(Family family, const Address& address, const IpAddress& own) const {
    const IpAddress& ip = address.ip();
    if (family == Family::inet6 && ip.family() == Family::inet)
        return Address{network::v4_mapped(ip), address.port()};
    return Address{ip, address.port(), network::is_link_local(ip) ? ip_.interface_of(own) : 0};
}

Result<IpAddress> StackNetwork::source_for(const Address& peer) {
    return source_for(Address{IpAddress::any(peer.family()), 0}, peer);
}

bool StackNetwork::is_deprecated(const IpAddress& source) const {
    return std::ranges::any_of(ip_.interfaces(), [&](const network::Interface& each) {
        return std::ranges::find(each.deprecated(), source) != each.deprecated().end();
    });
}

Result<std::unique_ptr<backend::Socket>> StackNetwork::open(backend::SocketKind kind) {
    if (kind.family == Family::unix_) return std::unexpected{Errc::unsupported};
    const int usual = kind.type == SocketType::datagram ? wire::protocol::udp : wire::protocol::tcp;
    if (kind.protocol != 0 && kind.protocol != usual) return std::unexpected{Errc::unsupported};
    if (kind.type == SocketType::datagram) return std::make_unique<DatagramSocket>(*this, kind.family);
    if (kind.type != SocketType::stream) return std::unexpected{Errc::unsupported};
    return std::make_unique<StreamSocket>(*this, kind.family);
}

}  // namespace sockeye::stack
