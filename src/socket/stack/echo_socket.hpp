// ICMP echoes as a datagram socket, after Linux's "ping sockets": what is sent becomes an echo request,
// what is received is the reply, or the error that came instead of it.
#pragma once

#include <cstdint>
#include <deque>

#include "network/packet.hpp"
#include "socket/backend.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

class EchoSocket final : public backend::Socket {
public:
    EchoSocket(StackNetwork& network, std::uint8_t hop_limit);
    ~EchoSocket() override;

    /// Takes an ICMP message that is about one of its echoes.
    void hear(const network::IpPacket& packet);

    /// The ICMP message from its type on, and who sent it: the target, or a router on the way.
    Result<DatagramInfo> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> receive_into(std::span<std::byte> buffer) override;
    /// `bytes` are the echo's data.
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) override;
    Result<Address> local_address() const override { return Address{}; }
    std::string describe() const override { return "icmp echo"; }

    // It has neither ports nor a peer.
    Result<void> prepare_server(const Address&, const backend::Sharing&) override { return {}; }
    Result<void> bind(const Address&) override { return std::unexpected{Errc::unsupported}; }
    Result<void> listen(int) override { return std::unexpected{Errc::unsupported}; }
    Result<std::unique_ptr<backend::Socket>> accept(Address&) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<void> connect(const Address&) override { return std::unexpected{Errc::unsupported}; }
    Result<void> finish_connect() override { return std::unexpected{Errc::unsupported}; }
    Result<std::size_t> send(std::span<const std::byte>) override {
        return std::unexpected{Errc::not_connected};
    }
    Result<void> shutdown(Shutdown) override { return std::unexpected{Errc::unsupported}; }
    Result<Address> peer_address() const override { return std::unexpected{Errc::not_connected}; }

private:
    bool is_ours(const network::IpPacket& packet) const;

    StackNetwork& network_;
    std::uint8_t hop_limit_;
    std::uint16_t identifier_;
    std::uint16_t sequence_ = 0;
    std::deque<network::IpPacket> received_;
};

}  // namespace sockeye::stack
