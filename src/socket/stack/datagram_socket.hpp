// A UDP socket of the stack.
#pragma once

#include "socket/backend.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

class DatagramSocket : public backend::Socket {
public:
    DatagramSocket(StackNetwork& network, Family family)
        : Socket{network.driver()}, network_{network}, family_{family} {}
    ~DatagramSocket() override;

    /// UDP has no TIME-WAIT to bind over.
    Result<void> prepare_server(const Address&, const backend::Sharing& sharing) override {
        if (sharing.with_servers) return std::unexpected{Errc::unsupported};
        return {};
    }
    Result<void> bind(const Address& at) override;
    Result<void> connect(const Address& peer) override;
    Result<void> finish_connect() override { return {}; }
    Result<std::size_t> receive_into(std::span<std::byte> buffer) override;
    Result<Bytes> receive(std::size_t most) override;
    Result<backend::ReceivedFrom> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> send(std::span<const std::byte> bytes) override;
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) override;
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    std::string describe() const override;

    // A datagram socket has no connections to wait for, and no end to announce.
    Result<void> listen(int) override { return std::unexpected{Errc::unsupported}; }
    Result<std::unique_ptr<backend::Socket>> accept(Address&) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<void> shutdown(Shutdown) override { return std::unexpected{Errc::unsupported}; }

private:
    /// Opens the endpoint at `local` if nobody has bound it yet.
    Result<void> open(const Address& local);

    StackNetwork& network_;
    Family family_;
    std::optional<Errc> take_error();

    transport::UdpSocket* endpoint_ = nullptr;
    std::uint32_t scope_ = 0;  ///< of the peer
};

}  // namespace sockeye::stack
