// Socket: Python's socket object, on any network.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "sockeye/socket_base.hpp"

namespace sockeye {

struct Accepted;
struct Datagram;
struct DatagramInfo;
class File;
struct Message;
struct MessageInfo;
class OutgoingMessage;
class SocketFile;
class TextFile;
struct FileOptions;
struct TextOptions;

/// An open socket; closes itself. Move-only. A default-constructed or moved-from Socket is
/// closed: its calls return Errc::closed. The calls that never wait are SocketBase's.
///
/// Every call that may wait takes a Deadline; unset, the socket's timeout decides. Errors that
/// any waiting call may return besides its own: timed_out, cancelled, closed (here, meanwhile),
/// stalled (lab), would_block (settimeout(0)), unsupported (a flag that this network lacks).
class Socket : public SocketBase {
public:
    Socket() noexcept = default;
    /// TCP over IPv4 unless said. If the network cannot make it, the first call says so.
    explicit Socket(Network& network, Family family = Family::inet, SocketType type = SocketType::stream,
                    int proto = 0)
        : SocketBase{network, family, type, proto} {}
    Socket(Network& network, std::unique_ptr<backend::Socket> made);

    /// The next connection. Never fails for want of descriptors: it waits until there are some.
    Op<Accepted> accept(Deadline deadline = {});

    /// @returns refused, unreachable, timed_out, already_connected. For UDP it only names the peer.
    Op<void> connect(Address peer, Deadline deadline = {});
    /// The same, with the error as the value; nullopt: connected. A deadline that passes is an error still.
    Op<std::optional<Errc>> connect_ex(Address peer, Deadline deadline = {});

    /// Up to `most` octets, at least one; empty: the peer has finished sending (FIN), as every
    /// later call says too. UDP: one datagram, cut to `most`.
    /// @returns reset: the peer sent RST
    Op<Bytes> recv(std::size_t most, Deadline deadline = {});
    Op<Bytes> recv(std::size_t most, MsgFlag flags, Deadline deadline = {});
    /// The same into `buffer`, without allocation. @returns octets; 0: FIN
    Op<std::size_t> recv_into(std::span<std::byte> buffer, Deadline deadline = {});
    Op<std::size_t> recv_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline = {});

    /// Sends what fits into the send buffer, at least one octet. @returns octets taken
    Op<std::size_t> send(BytesView bytes, Deadline deadline = {});
    Op<std::size_t> send(BytesView bytes, MsgFlag flags, Deadline deadline = {});
    /// Sends all; the deadline covers the whole call.
    /// @returns an error whose transferred() says how many octets were taken before it
    Op<void> sendall(BytesView bytes, Deadline deadline = {});
    Op<void> sendall(BytesView bytes, MsgFlag flags, Deadline deadline = {});
    /// Sends of `file`, from `offset` to its end or `count` octets, by the kernel where both are its own.
    /// @returns octets; fewer than asked for only at the file's end. invalid_argument: this is no stream
    Op<std::uint64_t> sendfile(const File& file, std::uint64_t offset = 0,
                               std::optional<std::uint64_t> count = {}, Deadline deadline = {});

    /// The next datagram and its sender; says whether `most` cut it.
    Op<Datagram> recvfrom(std::size_t most, Deadline deadline = {});
    Op<Datagram> recvfrom(std::size_t most, MsgFlag flags, Deadline deadline = {});
    Op<DatagramInfo> recvfrom_into(std::span<std::byte> buffer, Deadline deadline = {});
    Op<DatagramInfo> recvfrom_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline = {});
    /// @returns message_too_large: longer than a datagram can be
    Op<std::size_t> sendto(BytesView bytes, Address peer, Deadline deadline = {});
    Op<std::size_t> sendto(BytesView bytes, MsgFlag flags, Address peer, Deadline deadline = {});

    /// With several buffers, and what goes beside the octets: <sockeye/message.hpp>.
    Op<std::size_t> sendmsg(OutgoingMessage message, MsgFlag flags = MsgFlag::none, Deadline deadline = {});
    /// @param ancillary_space  octets of room for ancillary data: see cmsg_space()
    Op<Message> recvmsg(std::size_t most, std::size_t ancillary_space = 0, MsgFlag flags = MsgFlag::none,
                        Deadline deadline = {});
    /// Fills one buffer after the other; the array must live until it is done.
    Op<MessageInfo> recvmsg_into(std::span<const std::span<std::byte>> buffers,
                                 std::size_t ancillary_space = 0, MsgFlag flags = MsgFlag::none,
                                 Deadline deadline = {});

    /// The connection as a buffered file, of octets or of text: <sockeye/makefile.hpp>.
    SocketFile makefile();
    SocketFile makefile(FileOptions options);
    TextFile makefile(TextOptions options);

    /// Another socket for the same connection: what one receives, the other does not.
    /// @returns unsupported: there is no descriptor
    Result<Socket> dup() const;
};

struct Accepted {
    Socket socket;
    Address peer;
};

struct Datagram {
    Bytes bytes;
    Address sender;
    bool truncated = false;  ///< the datagram was longer than was asked for; the rest is lost
};

struct DatagramInfo {
    std::size_t octets = 0;  ///< written to the buffer
    Address sender;
    bool truncated = false;
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
