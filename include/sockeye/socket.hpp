// Socket: Python's socket object, on any network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"

namespace sockeye {

enum class SocketType : std::uint8_t { stream, datagram };
enum class Shutdown : std::uint8_t { read, write, both };

struct Accepted;
struct Datagram;

/// An open socket; closes itself. Move-only. A default-constructed or moved-from Socket is
/// closed: its calls return Errc::closed.
///
/// Every call that may wait takes a Deadline; unset, the socket's timeout decides. Errors that
/// any waiting call may return besides its own: timed_out, cancelled, closed (here, meanwhile),
/// stalled (lab), would_block (settimeout(0)).
class Socket {
public:
    Socket() noexcept;
    /// TCP over IPv4 unless said. If the network cannot make it, the first call says so.
    explicit Socket(Network& network, Family family = Family::inet, SocketType type = SocketType::stream);
    Socket(Network& network, std::unique_ptr<backend::Socket> made);
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();

    /// Takes a local address; port 0 lets the network choose.
    /// @returns address_in_use, address_not_available, permission_denied
    Result<void> bind(const Address& at);

    /// Starts to accept connections. At most backlog + 1 wait to be accepted (as on Linux);
    /// a negative backlog is 0.
    Result<void> listen(int backlog = 128);

    /// The next connection. Never fails for want of descriptors: it waits until there are some.
    Op<Accepted> accept(Deadline deadline = {});

    /// @returns refused, unreachable, timed_out, already_connected. For UDP it only names the peer.
    Op<void> connect(Address peer, Deadline deadline = {});

    /// Up to `most` octets, at least one; empty: the peer has finished sending (FIN), as every
    /// later call says too. UDP: one datagram, cut to `most`.
    /// @returns reset: the peer sent RST
    Op<Bytes> recv(std::size_t most, Deadline deadline = {});
    /// The same into `buffer`, without allocation. @returns octets; 0: FIN
    Op<std::size_t> recv_into(std::span<std::byte> buffer, Deadline deadline = {});

    /// Sends what fits into the send buffer, at least one octet. @returns octets taken
    Op<std::size_t> send(BytesView bytes, Deadline deadline = {});
    /// Sends all; the deadline covers the whole call.
    /// @returns an error whose transferred() says how many octets were taken before it
    Op<void> sendall(BytesView bytes, Deadline deadline = {});

    /// The next datagram and its sender; says whether `most` cut it.
    Op<Datagram> recvfrom(std::size_t most, Deadline deadline = {});
    /// @returns message_too_large: longer than a datagram can be
    Op<std::size_t> sendto(BytesView bytes, Address peer, Deadline deadline = {});

    /// Ends one direction or both; the socket stays open. Shutdown::write sends FIN.
    Result<void> shutdown(Shutdown direction);

    /// Wakes whoever waits on it with Errc::closed. Unread octets make TCP send RST instead of
    /// FIN. Closing a closed socket does nothing.
    void close() noexcept;

    Result<Address> getsockname() const;
    Result<Address> getpeername() const;

    /// The number of the kernel's descriptor; -1 where there is none.
    int fileno() const;
    bool is_open() const { return backend_ != nullptr; }

    /// nullopt: wait for ever; zero: never wait (Errc::would_block).
    void settimeout(std::optional<Duration> timeout) { timeout_ = timeout; }
    std::optional<Duration> gettimeout() const { return timeout_; }

private:
    backend::Request request(const char* during, backend::Interest interest, Deadline deadline) const;

    Network* network_ = nullptr;
    std::unique_ptr<backend::Socket> backend_;
    std::optional<Duration> timeout_;
    Errc why_closed_ = Errc::closed;
};

/// What accept returns.
struct Accepted {
    Socket socket;
    Address peer;
};

/// What recvfrom returns.
struct Datagram {
    Bytes bytes;
    Address sender;
    bool truncated = false;  ///< the datagram was longer than was asked for; the rest is lost
};

struct ServerOptions {
    int backlog = 128;
    std::optional<Family> family{};  ///< what "0.0.0.0" and "::" are of; nullopt: as written
    bool reuse_port = false;         ///< servers that all say so share the port (SO_REUSEPORT)
    bool dualstack_ipv6 = true;      ///< "::" is for both families
};
struct DatagramServerOptions {
    std::optional<Family> family{};
    bool reuse_port = false;
    bool dualstack_ipv6 = true;
};

/// A listening TCP socket, bound with SO_REUSEADDR's meaning: an address in TIME-WAIT is free.
/// "::" is 0.0.0.0 on a network without IPv6. @returns unsupported: an option it does not have
Result<Socket> create_server(Network& network, const Address& at, ServerOptions options = {});

/// A bound UDP socket.
Result<Socket> create_datagram_server(Network& network, const Address& at,
                                      DatagramServerOptions options = {});

struct ConnectOptions {
    std::optional<IpAddress> source{};  ///< the local address; nullopt: the network chooses
    std::uint16_t source_port = 0;      ///< of `source`
    std::optional<Family> family{};     ///< inet or inet6 alone; nullopt: both
    Duration resolution_delay = 50ms;   ///< how long IPv4's addresses wait for IPv6's (RFC 8305 §3)
    Duration attempt_delay = 250ms;     ///< how long one address is tried before the next is too (§5)
};

/// A TCP connection (a UDP socket with a peer, for udp://) to `target`: to whichever of its
/// addresses answers first (Happy Eyeballs, RFC 8305). The deadline covers the look-up too.
/// @returns name_not_found, refused, unreachable, timed_out, with a detail that lists every
///   attempt; nothing stays half-open
Op<Socket> create_connection(Network& network, Target target, Deadline deadline = {},
                             ConnectOptions options = {});

}  // namespace sockeye
