// Socket: one of the kernel's sockets, non-blocking, watched for edges.
#pragma once

#include <optional>

#include "base/lazy.hpp"
#include "socket/backend.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/inbox.hpp"
#include "socket/kernel/loop.hpp"

namespace sockeye::kernel {

/// Small, since a server has as many as it has clients: what few of them need is in Rarely.
class Socket final : public backend::Socket, private Served {
public:
    /// @returns resources_exhausted, unsupported (no such family on this machine)
    static Result<std::unique_ptr<Socket>> open(Loop& loop, backend::SocketKind kind);

    Socket(Loop& loop, Descriptor descriptor, backend::SocketKind kind);
    ~Socket() override;

    /// Others have its descriptor too, and may receive by it.
    void note_others() { others_receive_ = true; }

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
    Result<std::size_t> send_file(int file, std::uint64_t offset, std::size_t most) override;

    Result<MessageInfo> receive_message(const backend::Receive& receive) override;
    Result<std::size_t> send_message(const OutgoingMessage& message, MsgFlag flags) override;

    Result<void> shutdown(Shutdown direction) override;
    Result<Address> local_address() const override;
    Result<Address> peer_address() const override;
    Result<std::size_t> available() override;
    Result<std::size_t> unsent() override;
    int fileno() override;
    Result<int> detach() override;
    Result<std::unique_ptr<backend::Socket>> duplicate() override;
    Result<bool> inheritable() override;
    Result<void> set_inheritable(bool inheritable) override;

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
    void on_events(std::uint32_t events) override;
    void on_watch_failed(const Error& error) override;
    std::size_t on_received(Bytes bytes) override;
    void on_receiving_ended(int error_number) override;
    void on_sent(int error_number) override;
    bool may_let_receive() const;
    bool may_let_send(std::size_t octets) const;
    Result<void> send_earlier();
    bool has_received();
    void receive_when_told();
    void look_for_a_stream(std::size_t room);
    void take_over();
    bool is_worth_receiving();
    bool may_be_told_the_rest() const;
    void be_told_the_rest(bool wanted);
    void note_received(std::size_t octets, std::size_t asked, std::optional<std::size_t> rest);
    MessageInfo receive_from_inbox(const backend::Receive& receive);
    void watch(backend::Interest interest);
    void end_by_reset() const;
    Result<DatagramInfo> receive_from_peer(std::span<std::byte> buffer);
    void on_wait(backend::Interest interest) override;

    bool is_tcp() const;
    bool is_worth_trying(bool ready) const;
    Error failed(int error_number, bool& ready);
    std::optional<Errc> broken_by(int error_number) const;
    void note_short_transfer(bool& ready);
    Result<void> started_connecting(int error_number, const Address& peer);
    Result<void> settle();
    Result<void> connected();

    struct Rarely {
        std::optional<Error> watch_error;  ///< the system watches no more descriptors
        std::optional<Address> peer;       ///< a unix server's whose queue was full: to be tried again
        int send_error = 0;                ///< of what the loop sent; the next send tells it
    };
    Loop& loop() const { return static_cast<Loop&>(driver()); }

    Descriptor descriptor_;
    /// What the last call and the edges since then tell. Only what the loop keeps up to date is
    /// believed: see is_worth_trying().
    bool readable_ = true;
    bool writable_ = true;
    bool watched_ : 1 = false;
    /// A short read has emptied the queue; not so once the peer has sent FIN or urgent data.
    bool short_is_drained_ : 1;
    bool end_is_told_ : 1 = false;         ///< FIN or an error: of which there is no other edge
    bool is_told_the_rest_ : 1 = false;    ///< by each receive: how much it left in the queue
    bool may_be_drained_ : 1 = false;      ///< so the last receive says, and nobody has asked again since
    bool asks_again_ : 1 = false;          ///< something came, and nobody knows whether more is there
    bool awaits_octets_ : 1 = false;       ///< it was a receive that had to wait
    bool receiving_ : 1 = false;           ///< the loop does
    bool receives_when_told_ : 1 = false;  ///< as much comes at once, or as others may receive too
    bool others_receive_ : 1 = false;      ///< or may, for the descriptor is theirs too
    bool has_finished_ : 1 = false;        ///< the peer, with FIN, as the loop was told
    bool read_shut_ : 1 = false;
    bool write_shut_ : 1 = false;
    bool bound_ : 1 = false;
    bool connecting_ : 1 = false;
    std::uint16_t peer_port_ = 0;  ///< of the connection that is being made
    std::optional<Errc> broken_;   ///< how the connection ended; the kernel tells it once
    Inbox inbox_;                  ///< what the loop has received
    Lazy<Rarely> rarely_;
};

}  // namespace sockeye::kernel
