// The one seam: what a network provides so that Socket, Stream and Op work on it.
//
// It is shaped by readiness: each call does what can be done at once or says would_block; the Op
// then waits at the Waitable until the backend wakes it, and the call is made again. A backend
// that completes instead (a ring) keeps what has completed and hands it out in the next call,
// so receive() returns Bytes that may be the backend's own buffer.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "socket/driver.hpp"
#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::backend {

class NameService;

/// What arrived in one datagram.
struct ReceivedFrom {
    std::size_t octets;  ///< written to the buffer
    Address sender;
    bool truncated;  ///< there was more
};

/// How a server's socket is to share its port.
struct Sharing {
    bool with_servers = false;  ///< SO_REUSEPORT's meaning
    bool with_ipv4 = true;      ///< on "::"
};

/// One open socket. The destructor closes it: FIN, or RST where octets are unread.
/// Calls return would_block when they would have to wait; which direction to wait for is the
/// Op's business.
class Socket : public Waitable {
public:
    using Waitable::Waitable;

    /// Makes what a server's socket needs before bind: SO_REUSEADDR's meaning, and what `sharing` says.
    /// @returns unsupported
    virtual Result<void> prepare_server(const Address& at, const Sharing& sharing) = 0;
    virtual Result<void> bind(const Address& at) = 0;
    virtual Result<void> listen(int backlog) = 0;
    /// Fills in `peer`. Resource exhaustion is would_block: the backend wakes when it may be over.
    virtual Result<std::unique_ptr<Socket>> accept(Address& peer) = 0;
    /// Starts a connection; would_block: finish_connect() tells the end, once writable.
    virtual Result<void> connect(const Address& peer) = 0;
    virtual Result<void> finish_connect() = 0;

    virtual Result<std::size_t> receive_into(std::span<std::byte> buffer) = 0;
    /// By default into a block of its own.
    virtual Result<Bytes> receive(std::size_t most);
    virtual Result<ReceivedFrom> receive_from(std::span<std::byte> buffer) = 0;
    virtual Result<std::size_t> send(std::span<const std::byte> bytes) = 0;
    virtual Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) = 0;

    virtual Result<void> shutdown(Shutdown direction) = 0;
    virtual Result<Address> local_address() const = 0;
    virtual Result<Address> peer_address() const = 0;
    /// Others may receive from it from now on.
    virtual int fileno() { return -1; }
};

/// One open stream.
class Stream : public Waitable {
public:
    using Waitable::Waitable;

    /// 0: the end.
    virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
    virtual Result<std::size_t> write(std::span<const std::byte> bytes) = 0;
};

/// How a socket is to be opened.
struct SocketKind {
    Family family = Family::inet;
    SocketType type = SocketType::stream;
};

/// One network; it holds a reference to the driver whose turn of the loop serves it.
class Network {
public:
    explicit Network(Driver& driver) : driver_{driver} {}
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    virtual ~Network() = default;

    Driver& driver() const { return driver_; }

    virtual std::string_view name() const = 0;
    virtual WallTime wall_now() const = 0;
    virtual std::uint64_t random() = 0;
    virtual Result<std::unique_ptr<Socket>> open(SocketKind kind) = 0;

    /// What a packet to `peer` would leave from. @returns unreachable, unsupported
    virtual Result<IpAddress> source_for(const Address& peer) = 0;
    virtual NameService& names() = 0;

private:
    Driver& driver_;
};

}  // namespace sockeye::backend
