// A TCP socket with Linux's manners: the errors of tcp(7), each told once, and poll(2)'s bits.
#pragma once

#include <memory>
#include <optional>

#include "packetdrill/socket.hpp"
#include "socket/stack/stream_socket.hpp"

namespace sockeye::packetdrill {

class TcpSocket final : public Socket {
public:
    TcpSocket(Machine& machine, Family family);
    /// Of a connection that was accepted.
    TcpSocket(Machine& machine, std::unique_ptr<stack::StreamSocket> socket);

    Outcome bind(const Address& at) override;
    Outcome listen(int backlog) override;
    Outcome accept(std::shared_ptr<Socket>& accepted) override;
    Outcome connect(const Address& peer) override;
    Outcome disconnect() override;
    Outcome finish_connect() override;
    Outcome shutdown(int how) override;
    std::optional<Address> peer() const override;

    short readiness() override;
    std::pair<std::uint64_t, std::uint64_t> activity() override;
    Outcome receive(Reception& reception) override;
    Outcome send(Dispatch& dispatch) override;
    Outcome readable() override;
    Outcome unsent() override;
    std::optional<Duration> begin_close() override;
    Outcome is_closing_done() override;

    Outcome get_option(OptionName option, void* value, socklen_t& room) override;
    Outcome set_option(OptionName option, std::span<const std::byte> value) override;

private:
    enum class Phase : std::uint8_t { fresh, connecting, connected };
    using Settings = transport::tcp::Settings;
    using Connection = transport::tcp::Connection;

    const Connection* connection() const { return socket_->connection(); }
    bool is_open() const;
    bool is_being_opened() const;
    bool has_writable_space() const;
    /// What is wrong with the connection, once; 0: nothing.
    Outcome take_error();
    bool has_error() const;
    Outcome end_of(const Connection& connection) const;
    void begin_anew();
    void hold_back(int flags);
    std::size_t peek(std::span<const iovec> buffers) const;
    std::size_t take(const Reception& reception);

    std::optional<Outcome> get_int(OptionName option);
    std::optional<Outcome> get_socket_int(int name);
    std::optional<Outcome> get_tcp_int(int name) const;
    std::optional<Outcome> get_ip_int(OptionName option) const;
    Outcome set_int(OptionName option, int value);
    std::optional<Outcome> set_socket_int(int name, int value, Settings& settings);
    std::optional<Outcome> set_tcp_int(int name, int value, Settings& settings);
    std::optional<Outcome> set_ip_int(OptionName option, int value, Settings& settings);
    Outcome set_struct(OptionName option, std::span<const std::byte> value);

    std::unique_ptr<stack::StreamSocket> socket_;
    Phase phase_ = Phase::fresh;
    transport::tcp::Keepalive keepalive_;  ///< the times, whether it is on or not
    std::optional<Duration> linger_{};     ///< SO_LINGER
    bool corked_ = false;                  ///< TCP_CORK, beside what MSG_MORE asks for
    bool tells_icmp_ = false;              ///< IP_RECVERR: soft errors are told too
    bool told_soft_error_ = false;
    bool read_shut_ = false;
    bool found_no_space_ = false;
    int low_water_ = 1;             ///< SO_RCVLOWAT
    std::uint64_t room_again_ = 0;  ///< how often there was room once there had been none
};

}  // namespace sockeye::packetdrill
