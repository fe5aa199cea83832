// Socket: one of the kernel's sockets, non-blocking, watched for edges.
#pragma once

#include <optional>

#include "socket/backend.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/inbox.hpp"
#include "socket/kernel/loop.hpp"

namespace sockeye::kernel {

class Socket final : public backend::Socket, private Watched, private Receiver {
public:
    /// @returns resources_exhausted, unsupported (no such family on this machine)
    static Result<std::unique_ptr<Socket>> open(Loop& loop, backend::SocketKind kind);

    Socket(Loop& loop, Descriptor descriptor, backend::SocketKind kind);
    ~Socket() override;

    Result<void> prepare_server(const Address& at, const backend::Sharing& sharing) override;
    Result<void> bind(const Address& at) override;
    Result<void> listen(int backlog) override;
    Result<std::unique_ptr<backend::Socket>> accept(Address& peer) override;
    Result<void> connect(const Address& peer) override;
    Result<void> finish_connect() override;

    Result<std::size_t> receive_into(std::span<std::byte> buffer) override;
    Result<Bytes> receive(std::size_t most) override;
    Result<backend::ReceivedFrom> receive_from(std::span<std::byte> buffer) override;
    Result<std::size_t> send(std::span<const std::byte> bytes) override;
    Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) override;

    Result<void> shutdown(Shutdown direction) override;
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    int fileno() override;
    std::string describe() const override;

private:
    void on_events(std::uint32_t events) override;
    void on_watch_failed(const Error& error) override;
    std::size_t on_received(std::span<const std::byte> bytes) override;
    void on_receiving_ended(int error_number) override;
    bool may_let_receive() const;
    bool has_received();
    void receive_when_told();
    void watch(backend::Interest interest);
    void end_by_reset() const;
    Result<backend::ReceivedFrom> receive_from_peer(std::span<std::byte> buffer);
    void on_wait(backend::Interest interest) override;

    bool is_tcp() const { return kind_.type == SocketType::stream && kind_.family != Family::unix_; }
    bool is_worth_trying(bool ready) const;
    Error failed(int error_number, bool& ready);
    std::optional<Errc> broken_by(int error_number) const;
    void note_short_transfer(bool& ready);
    Result<void> started_connecting(int error_number, const Address& peer);
    Result<void> connected();

    Loop& loop_;
    Descriptor descriptor_;
    backend::SocketKind kind_;
    /// What the last call and the edges since then tell. Only what the loop keeps up to date is
    /// believed: see is_worth_trying().
    bool readable_ = true;
    bool writable_ = true;
    bool watched_ = false;
    /// A short read has emptied the queue; not so once the peer has sent FIN or urgent data.
    bool short_is_drained_;
    bool awaits_octets_ = false;       ///< it was a receive that had to wait
    bool receiving_ = false;           ///< the loop does
    bool receives_when_told_ = false;  ///< as much comes at once, or as others may receive too
    bool write_shut_ = false;
    bool bound_ = false;
    bool connecting_ = false;
    std::uint16_t peer_port_ = 0;       ///< of the connection that is being made
    std::optional<Errc> broken_;        ///< how the connection ended; the kernel tells it once
    std::optional<Error> watch_error_;  ///< the system watches no more descriptors
    Inbox inbox_;                       ///< what the loop has received
    std::optional<Address> peer_;       ///< a unix server's whose queue was full: to be tried again
};

}  // namespace sockeye::kernel
