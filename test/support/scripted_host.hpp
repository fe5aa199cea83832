// A host of a lab that sends the frames a test gives it and hears none: for tests of what looks at frames.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "lab/world.hpp"
#include "sockeye/bytes.hpp"
#include "wire/arp.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace sockeye::test {

class ScriptedHost : public lab::Node {
public:
    ScriptedHost(lab::World& world, std::string name, lab::Identity identity)
        : Node{Kind::host, std::move(name)}, world_{world}, identity_{identity} {}

    IpAddress ip() const { return identity_.address.address; }
    wire::MacAddress mac() const { return identity_.mac; }

    /// Frames leave when the world moves on.
    void send(Packet frame) {
        frames_.push_back(std::move(frame));
        world_.has_work(*this);
    }
    void send_arp(const wire::ArpMessage& message, wire::MacAddress target) {
        Packet packet = wire::make_arp(message);
        wire::prepend_ethernet(packet, {target, mac(), wire::EtherType::arp});
        send(std::move(packet));
    }
    void send_tcp(const ScriptedHost& to, const wire::TcpHeader& header, std::string_view payload = {}) {
        Packet packet{BytesView{payload}.span()};
        wire::prepend_tcp(packet, header, ip(), to.ip());
        send_ip(to, std::move(packet), wire::protocol::tcp);
    }
    void send_udp(const ScriptedHost& to, std::uint16_t source_port, std::uint16_t target_port,
                  std::string_view payload) {
        Packet packet{BytesView{payload}.span()};
        wire::prepend_udp(packet, {.source_port = source_port, .target_port = target_port}, ip(), to.ip());
        send_ip(to, std::move(packet), wire::protocol::udp);
    }
    void send_ip(const ScriptedHost& to, Packet packet, std::uint8_t protocol) {
        wire::prepend_ipv4(packet, {.protocol = protocol, .source = ip(), .target = to.ip()});
        wire::prepend_ethernet(packet, {to.mac(), mac(), wire::EtherType::ipv4});
        send(std::move(packet));
    }

    std::vector<lab::Identity> identities() const override { return {identity_}; }
    bool has_address(const IpAddress& address) const override { return address == ip(); }
    void receive(link::Port, Packet, Instant) override {}
    void poll(Instant) override {}
    std::optional<lab::Outgoing> take() override {
        if (frames_.empty()) return std::nullopt;
        lab::Outgoing next{0, std::move(frames_.front())};
        frames_.pop_front();
        return next;
    }
    Instant next_wakeup() const override { return Instant::never(); }
    void power_off() override { frames_.clear(); }

private:
    lab::World& world_;
    lab::Identity identity_;
    std::deque<Packet> frames_;
};

/// Client 10.0.0.2 and server 10.0.0.1 at a switch, 1 Gbit/s and 500 ns each.
struct ScriptedLab {
    lab::World world{7};
    lab::Node& lan = world.topology().add(std::make_unique<lab::SwitchNode>("lan"));
    ScriptedHost& server = add("server", 1);
    ScriptedHost& client = add("client", 2);

    ScriptedHost& add(std::string name, std::uint8_t number) {
        const lab::Identity identity{wire::MacAddress{{2, 0, 0, 0, 0, number}},
                                     {IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, number}}, 24}};
        auto& host = static_cast<ScriptedHost&>(
            world.topology().add(std::make_unique<ScriptedHost>(world, std::move(name), identity)));
        world.topology().connect(host, lan, {});
        return host;
    }
    /// What is sent next is sent at `at`.
    void move_to(Duration at) { (void)world.run_until(Instant{at}); }  // cannot fail: it has an end
    /// Both hosts' addresses are known to the switch afterwards.
    void exchange_arp() {
        client.send_arp({wire::ArpOperation::request, client.mac(), client.ip(), {}, server.ip()},
                        wire::MacAddress::broadcast());
        move_to(10us);
        server.send_arp({wire::ArpOperation::reply, server.mac(), server.ip(), client.mac(), client.ip()},
                        client.mac());
        move_to(20us);
    }
};

}  // namespace sockeye::test
