// Socket: a socket of a host somewhere else.
#pragma once

#include <cstdint>
#include <memory>

#include "socket/backend.hpp"
#include "socket/remote/network.hpp"

namespace sockeye::remote {

class Socket final : public backend::Socket {
public:
    /// @param number  the host's for it
    Socket(Network& network, std::uint32_t number, backend::SocketKind kind);
    ~Socket() override;

    Result<void> prepare_server(const Address& at, const backend::Sharing& sharing) override;
    Result<void> bind(const Address& at) override;
    Result<void> listen(int backlog) override;
    Result<std::unique_ptr<backend::Socket>> accept(Address& peer) override;
    Result<void> connect(const Address& peer) override;
    Result<void> finish_connect() override;

    Result<std::size_t> receive_into(std::span<std::byte> buffer) override;
    Result<Bytes> receive(std::size_t most) override;
    Result<DatagramInfo> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> send(std::span<const std::byte> bytes) override;
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) override;
    Result<MessageInfo> receive_message(const backend::Receive& receive) override;
    /// A descriptor is this process's, and the host is in another.
    Result<std::size_t> send_message(const OutgoingMessage& message, MsgFlag flags) override;

    Result<void> shutdown(Shutdown direction) override;
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    Result<std::size_t> available() override;
    Result<std::size_t> unsent() override;
    Result<std::unique_ptr<backend::Socket>> duplicate() override;

    Result<void> set_option(option::Flag option, bool on) override;
    Result<void> set_option(option::Number option, int value) override;
    Result<void> set_option(option::Time option, Duration value) override;
    Result<void> set_option(option::Text option, const std::string& value) override;
    Result<void> set_option(option::Linger option, std::optional<Duration> patience) override;
    Result<void> set_option(option::Interface option, const IpAddress& address) override;
    Result<void> set_raw_option(int level, int number, std::span<const std::byte> value) override;
    Result<void> change_membership(Change change, const Membership& membership) override;
    Result<bool> get_option(option::Flag option) override;
    Result<int> get_option(option::Number option) override;
    Result<Duration> get_option(option::Time option) override;
    Result<std::string> get_option(option::Text option) override;
    Result<std::optional<Duration>> get_option(option::Linger option) override;
    Result<IpAddress> get_option(option::Interface option) override;
    Result<std::optional<Errc>> get_option(option::Pending option) override;
    Result<std::size_t> get_raw_option(int level, int number, std::span<std::byte> value) override;
    Result<TcpInfo> tcp_info() override;
    Result<Credentials> peer_credentials() override;

    std::string describe() const override;

private:
    /// About this socket.
    Result<Answer> ask(Request request) const;
    Result<void> told(Request request) const;
    /// What of the answer is a number.
    Result<std::uint64_t> number(Request request) const;
    Result<std::unique_ptr<backend::Socket>> made(const Result<Answer>& answer) const;
    /// A stream's beginning; a datagram as a whole. @returns message_too_large
    Result<std::span<const std::byte>> sendable(std::span<const std::byte> bytes) const;

    Network& network_;
    std::uint32_t number_;
};

}  // namespace sockeye::remote
