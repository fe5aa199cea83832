#include "socket/stack/stream_socket.hpp"

#include <algorithm>

namespace sockeye::stack {

namespace tcp = transport::tcp;

StreamSocket::StreamSocket(StackNetwork& network, Family family, tcp::Connection& connection)
    : Socket{network.driver(), {.family = family}},
      network_{network},
      settings_{connection.settings()},  // those of the listening socket, as on Linux
      keepalive_{settings_.keepalive.value_or(tcp::Keepalive{})},
      armed_{network} {
    adopt(connection);
}

StreamSocket::~StreamSocket() {
    if (listener_ != nullptr) network_.tcp().release(*listener_);
    if (connection_ != nullptr) network_.tcp().release(*connection_, network_.now());
    network_.used();
}

void StreamSocket::adopt(tcp::Connection& connection) {
    connection_ = &connection;
    connection.user = static_cast<backend::Waitable*>(this);
    armed_.set(settings_.keepalive.has_value());
}

void StreamSocket::apply() {
    if (listener_ != nullptr) listener_->apply(settings_);
    if (connection_ == nullptr) return;
    armed_.set(settings_.keepalive.has_value());
    connection_->apply(settings_, network_.now());
    network_.used();
}

void StreamSocket::change(const tcp::Settings& settings) {
    settings_ = settings;
    if (settings_.keepalive) keepalive_ = *settings_.keepalive;
    apply();
}

std::optional<Errc> StreamSocket::take_error() {
    return connection_ == nullptr ? std::nullopt : connection_->take_error();
}

/// TIME-WAIT does not hold the port against a server that starts again.
Result<void> StreamSocket::prepare_server(const Address&, const backend::Sharing& sharing) {
    if (sharing.with_servers) return std::unexpected{Errc::unsupported};
    reuse_ = transport::Reuse::allowed;
    return {};
}

Result<void> StreamSocket::bind(const Address& at) {
    if (claim_ || listener_ != nullptr || connection_ != nullptr)
        return std::unexpected{Errc::invalid_argument};
    const Address local = StackNetwork::to_stack(at);
    if (Result<void> ours = network_.check_local(local); !ours) return ours;
    Result<transport::PortClaim> claim = network_.tcp().bind(local, reuse_);
    if (!claim) return std::unexpected{std::move(claim.error())};
    claim_ = std::move(*claim);
    return {};
}

Result<void> StreamSocket::listen(int backlog) {
    if (listener_ != nullptr || connection_ != nullptr) return std::unexpected{Errc::invalid_argument};
    if (!claim_)
        if (Result<void> bound = bind(Address{IpAddress::any(kind().family), 0}); !bound) return bound;
    Result<tcp::Listener*> listener = network_.tcp().listen(*std::exchange(claim_, std::nullopt), backlog);
    if (!listener) return std::unexpected{std::move(listener.error())};
    listener_ = *listener;
    listener_->user = static_cast<backend::Waitable*>(this);
    apply();
    return {};
}

Result<std::unique_ptr<backend::Socket>> StreamSocket::accept(Address& peer) {
    if (listener_ == nullptr) return std::unexpected{Errc::invalid_argument};
    tcp::Connection* connection = network_.tcp().accept(*listener_);
    if (connection == nullptr) return std::unexpected{Errc::would_block};
    peer = network_.to_program(kind().family, connection->peer(), connection->local().ip());
    return std::make_unique<StreamSocket>(network_, kind().family, *connection);
}

Result<void> StreamSocket::connect(const Address& peer) {
    if (connection_ != nullptr) return std::unexpected{Errc::already_connected};
    if (listener_ != nullptr) return std::unexpected{Errc::invalid_argument};
    if (!claim_)
        if (Result<void> bound = bind(Address{IpAddress::any(kind().family), 0}); !bound) return bound;
    Result<IpAddress> source = network_.source_for(claim_->local(), peer);
    if (!source) return std::unexpected{std::move(source.error())};
    const Address target = StackNetwork::to_stack(peer);
    Result<std::size_t> path_mtu = network_.ip().path_mtu(target.ip(), network_.now());
    if (!path_mtu) return std::unexpected{std::move(path_mtu.error())};
    Result<tcp::Connection*> connection = network_.tcp().connect(*std::exchange(claim_, std::nullopt),
                                                                 *source, target, network_.now(), *path_mtu);
    if (!connection) return std::unexpected{std::move(connection.error())};
    adopt(**connection);
    apply();
    return std::unexpected{Errc::would_block};
}

Result<void> StreamSocket::finish_connect() {
    if (std::optional<Errc> why = connection_->take_error()) return std::unexpected{*why};
    const tcp::State state = connection_->state();
    if (state == tcp::State::syn_sent || state == tcp::State::syn_received)
        return std::unexpected{Errc::would_block};
    return {};
}

/// What has gone wrong; of a connection that it has ended, as often as it is asked.
std::optional<Errc> StreamSocket::failure() {
    const std::optional<Errc> why = connection_->take_error();
    if (why && connection_->state() == tcp::State::closed) broken_ = why;
    return why ? why : broken_;
}

Result<Bytes> StreamSocket::receive(std::size_t most) {
    // Asks for as much as there is, and not for a block that would stay empty.
    const std::size_t readable = connection_ == nullptr ? 0 : connection_->readable();
    return Socket::receive(std::min(most, readable));
}

Result<std::size_t> StreamSocket::receive_into(std::span<std::byte> buffer) {
    if (connection_ == nullptr) return std::unexpected{Errc::not_connected};
    if (read_shut_) return 0;
    if (connection_->readable() == 0) {
        if (std::optional<Errc> why = failure()) return std::unexpected{*why};
        if (connection_->is_eof()) return 0;
        return std::unexpected{Errc::would_block};
    }
    const std::size_t octets = connection_->receive(buffer);
    network_.runner().payload_delivered();
    network_.used();  // there is room again: the window may open
    return octets;
}

Result<DatagramInfo> StreamSocket::receive_from(std::span<std::byte> buffer) {
    Result<std::size_t> received = receive_into(buffer);
    if (!received) return std::unexpected{std::move(received.error())};
    return DatagramInfo{*received, {}, false};
}

Result<std::size_t> StreamSocket::send(std::span<const std::byte> bytes) {
    if (connection_ == nullptr) return std::unexpected{Errc::not_connected};
    if (std::optional<Errc> why = failure()) return std::unexpected{*why};
    Result<std::size_t> taken = connection_->send(bytes);
    // In CLOSED, after its reason has been told: the peer is gone, as the kernel's EPIPE says.
    if (!taken && taken.error() == Errc::not_connected) return std::unexpected{Errc::reset};
    if (!taken) return taken;
    if (*taken == 0 && !bytes.empty()) return std::unexpected{Errc::would_block};
    network_.used();
    return taken;
}

Result<void> StreamSocket::shutdown(Shutdown direction) {
    if (connection_ == nullptr) return std::unexpected{Errc::not_connected};
    if (direction != Shutdown::write) {
        read_shut_ = true;
        wake(backend::Interest::read);
    }
    if (direction == Shutdown::read) return {};
    Result<void> done = connection_->shutdown_write();
    network_.used();
    return done;
}

Result<MessageInfo> StreamSocket::receive_message(const backend::Receive& receive) {
    MessageInfo info;
    if (receive.flags != MsgFlag::none && receive.flags != MsgFlag::peek) return unsupported();
    const bool stays = receive.flags == MsgFlag::peek;
    if (stays && connection_ != nullptr && !read_shut_ && connection_->readable() > 0) {
        // One buffer's worth: fewer than was asked for is always right.
        if (!receive.buffers.empty()) info.octets = connection_->peek(receive.buffers.front());
        return info;
    }
    for (std::span<std::byte> buffer : receive.buffers) {
        if (info.octets > 0 && connection_->readable() == 0) break;
        Result<std::size_t> received = receive_into(buffer);
        if (!received) return std::unexpected{std::move(received.error())};
        info.octets += *received;
    }
    return info;
}

Result<std::size_t> StreamSocket::send_message(const OutgoingMessage& message, MsgFlag flags) {
    if (flags != MsgFlag::none || backend::has_ancillary(message)) return unsupported();
    std::size_t octets = 0;
    for (const BytesView& part : message.parts()) {
        Result<std::size_t> sent = send(part.span());
        if (!sent && octets > 0) break;  // what is wrong shows again in the next call
        if (!sent) return sent;
        octets += *sent;
        if (*sent < part.size()) break;
    }
    return octets;
}

Result<std::size_t> StreamSocket::unsent() {
    return connection_ == nullptr ? 0 : connection_->unacknowledged();
}

Result<Address> StreamSocket::local_address() const {
    Address local{IpAddress::any(kind().family), 0};
    if (connection_ != nullptr) local = connection_->local();
    if (listener_ != nullptr) local = listener_->local();
    if (claim_) local = claim_->local();
    return network_.to_program(kind().family, local, local.ip());
}

Result<Address> StreamSocket::peer_address() const {
    if (connection_ == nullptr) return std::unexpected{Errc::not_connected};
    return network_.to_program(kind().family, connection_->peer(), connection_->local().ip());
}

std::string StreamSocket::describe() const {
    const std::string local = "tcp " + local_address()->to_string();
    return connection_ == nullptr ? local : local + " > " + connection_->peer().to_string();
}

}  // namespace sockeye::stack
