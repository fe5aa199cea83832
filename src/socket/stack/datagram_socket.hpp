// A UDP socket of the stack.
#pragma once

#include "socket/backend.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

class DatagramSocket : public backend::Socket {
public:
    DatagramSocket(StackNetwork& network, Family family)
        : Socket{network.driver(), {.family = family, .type = SocketType::datagram}}, network_{network} {}
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
    Result<DatagramInfo> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> send(std::span<const std::byte> bytes) override;
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) override;
    Result<MessageInfo> receive_message(const backend::Receive& receive) override;
    Result<std::size_t> send_message(const OutgoingMessage& message, MsgFlag flags) override;
    Result<std::size_t> available() override;
    Result<std::size_t> unsent() override { return 0; }  // what was sent has left
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    std::string describe() const override;

    // A datagram socket has no connections to wait for, and no end to announce.
    Result<void> listen(int) override { return std::unexpected{Errc::unsupported}; }
    Result<std::unique_ptr<backend::Socket>> accept(Address&) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<void> shutdown(Shutdown) override { return std::unexpected{Errc::unsupported}; }

    using Options::get_option;
    using Options::set_option;
    Result<void> set_option(option::Flag option, bool on) override;
    Result<void> set_option(option::Number option, int value) override;
    Result<void> set_option(option::Text option, const std::string& value) override;
    Result<bool> get_option(option::Flag option) override;
    Result<int> get_option(option::Number option) override;
    Result<std::string> get_option(option::Text option) override;
    Result<std::optional<Errc>> get_option(option::Pending) override { return take_error(); }

private:
    /// What a datagram leaves with.
    struct Departure {
        std::uint8_t hop_limit;
        std::uint8_t traffic_class;
        std::optional<IpAddress> source;  ///< nullopt: what the socket is bound to, or the route says
        std::uint32_t interface;          ///< its number; 0: what the peer's scope or the route says
    };

    /// Opens the endpoint at `local` if nobody has bound it yet.
    Result<void> open(const Address& local);
    Result<Address> by_interface(const Address& peer, std::uint32_t interface) const;
    Result<std::size_t> transmit(std::span<const std::byte> bytes, const Address& to,
                                 const Departure& departure);
    bool is_broadcast(const IpAddress& ip) const;
    Address sender_of(const transport::Datagram& datagram) const;
    Address peer_with_scope() const;
    bool* find(option::Flag option);
    std::uint8_t* find(option::Number option);

    StackNetwork& network_;
    std::optional<Errc> take_error();

    transport::UdpSocket* endpoint_ = nullptr;
    bool reuse_ = false;
    bool may_broadcast_ = false;
    bool tells_target_ = false;  ///< IP_PKTINFO
    std::uint8_t hop_limit_ = network::IpHeader{}.hop_limit;
    std::uint8_t traffic_class_ = network::IpHeader{}.traffic_class;
    std::uint32_t scope_ = 0;   ///< of the peer
    std::uint32_t device_ = 0;  ///< SO_BINDTODEVICE: an interface's number; 0: none
};

}  // namespace sockeye::stack
