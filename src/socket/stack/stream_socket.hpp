// A TCP socket of the stack: nothing yet, then a listener or a connection.
#pragma once

#include "socket/backend.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::stack {

class StreamSocket : public backend::Socket {
public:
    StreamSocket(StackNetwork& network, Family family)
        : Socket{network.driver(), {.family = family}}, network_{network}, armed_{network} {}
    /// A connection that was accepted.
    StreamSocket(StackNetwork& network, Family family, transport::tcp::Connection& connection);
    /// FIN, or RST where octets are unread (RFC 2525 §2.17).
    ~StreamSocket() override;

    Result<void> prepare_server(const Address& at, const backend::Sharing& sharing) override;
    Result<void> bind(const Address& at) override;
    Result<void> listen(int backlog) override;
    Result<std::unique_ptr<backend::Socket>> accept(Address& peer) override;
    Result<void> connect(const Address& peer) override;
    Result<void> finish_connect() override;
    Result<std::size_t> receive_into(std::span<std::byte> buffer) override;
    Result<Bytes> receive(std::size_t most) override;
    Result<std::size_t> send(std::span<const std::byte> bytes) override;
    Result<MessageInfo> receive_message(const backend::Receive& receive) override;
    Result<std::size_t> send_message(const OutgoingMessage& message, MsgFlag flags) override;
    Result<void> shutdown(Shutdown direction) override;
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    std::string describe() const override;

    /// A stream has no datagrams: like Python's recvfrom on TCP, without an address.
    Result<DatagramInfo> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address&) override {
        return send(bytes);
    }
    Result<std::size_t> available() override { return connection_ == nullptr ? 0 : connection_->readable(); }
    Result<std::size_t> unsent() override;

    using Options::get_option;
    using Options::set_option;
    Result<void> set_option(option::Flag option, bool on) override;
    Result<void> set_option(option::Number option, int value) override;
    Result<void> set_option(option::Time option, Duration value) override;
    /// Only what does not hold anybody up: RST at once, or FIN in its own time.
    Result<void> set_option(option::Linger option, std::optional<Duration> patience) override;
    Result<bool> get_option(option::Flag option) override;
    Result<int> get_option(option::Number option) override;
    Result<Duration> get_option(option::Time option) override;
    Result<std::optional<Duration>> get_option(option::Linger option) override;
    Result<std::optional<Errc>> get_option(option::Pending option) override;
    Result<TcpInfo> tcp_info() override;

    // For a door that speaks another vocabulary than the public API's.

    /// nullptr: it is none, or not yet.
    const transport::tcp::Listener* listener() const { return listener_; }
    const transport::tcp::Connection* connection() const { return connection_; }
    bool is_bound() const { return claim_ || listener_ != nullptr || connection_ != nullptr; }
    const transport::tcp::Settings& settings() const { return settings_; }
    void change(const transport::tcp::Settings& settings);
    std::optional<Errc> take_error();

private:
    void adopt(transport::tcp::Connection& connection);
    std::optional<Errc> failure();
    /// Tells the settings to whoever is there to have them.
    void apply();

    StackNetwork& network_;
    transport::Reuse reuse_ = transport::Reuse::refused;
    std::optional<transport::PortClaim> claim_;  ///< bound, and neither listening nor connected yet
    transport::tcp::Listener* listener_ = nullptr;
    transport::tcp::Connection* connection_ = nullptr;
    bool read_shut_ = false;
    std::optional<Errc> broken_;  ///< what ended the connection
    transport::tcp::Settings settings_;
    transport::tcp::Keepalive keepalive_;  ///< the times, whether it is on or not
    StackNetwork::Keepalive armed_;
};

}  // namespace sockeye::stack
