// The one seam: what a network provides so that Socket, Stream and Op work on it.
//
// It is shaped by readiness: each call does what can be done at once or says would_block; the Op
// then waits at the Waitable until the backend wakes it, and the call is made again. A backend
// that completes instead (a ring) keeps what has completed and hands it out in the next call,
// so receive() returns Bytes, which may be the block in which it kept them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/block_pool.hpp"
#include "socket/driver.hpp"
#include "socket/options.hpp"
#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/message.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
class File;
}

namespace sockeye::backend {

class HostCards;
class NameService;
struct FileState;

/// How a socket is to be opened, or was.
struct SocketKind {
    /// IANA's number, or one of the system's own above 255; 0: the one that is usual for the type.
    using Protocol = std::uint16_t;

    Family family = Family::inet;
    SocketType type = SocketType::stream;
    Protocol protocol = 0;
};

/// One receive with all that can be asked for.
struct Receive {
    std::span<const std::span<std::byte>> buffers;
    MsgFlag flags = MsgFlag::none;  ///< of peek, oob
    std::size_t ancillary_space = 0;
};

/// What few calls need of a Request.
struct Extra : FromPool {
    Address address;
    std::unique_ptr<Waitable> made;  ///< what the call itself makes to wait at
    std::optional<Error> failure;    ///< what was wrong before it could be tried

    Bytes block;  ///< to be filled
    std::unique_ptr<OutgoingMessage> message;
    std::span<const std::span<std::byte>> buffers;
    std::size_t ancillary_space = 0;

    const sockeye::File* source = nullptr;  ///< to be sent
    std::uint64_t offset = 0;               ///< into it
    std::size_t block_sent = 0;             ///< octets of `block`, which are the source's

    std::shared_ptr<FileState> file;
    std::string separator;
    std::size_t scanned = 0;  ///< octets in which the separator does not begin
};

/// Makes it, the first time.
Extra& extra_of(Request& request);

/// Whether it asks for more than to send octets to somebody.
inline bool has_ancillary(const OutgoingMessage& message) {
    return !message.descriptors.empty() || message.credentials || message.packet_info || message.hop_limit ||
           message.traffic_class || !message.others.empty();
}

/// How a server's socket is to share its port.
struct Sharing {
    bool with_servers = false;  ///< SO_REUSEPORT's meaning
    bool with_ipv4 = true;      ///< on "::"
};

/// One open socket. The destructor closes it: FIN, or RST where octets are unread.
/// Calls return would_block when they would have to wait; which direction to wait for is the
/// Op's business.
class Socket : public Options {
public:
    explicit Socket(Driver& driver, SocketKind kind = {}) : Options{driver}, kind_{kind} {}

    const SocketKind& kind() const { return kind_; }

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
    virtual Result<DatagramInfo> receive_from(std::span<std::byte> buffer) = 0;
    virtual Result<std::size_t> send(std::span<const std::byte> bytes) = 0;
    virtual Result<std::size_t> send_to(std::span<const std::byte> bytes, const Address& peer) = 0;
    /// Of a file with a descriptor. @returns octets; 0: the file's end; unsupported: read it, and send that
    virtual Result<std::size_t> send_file(int /*file*/, std::uint64_t /*offset*/, std::size_t /*most*/) {
        return unsupported();
    }

    /// The same with flags, several buffers and ancillary data.
    virtual Result<MessageInfo> receive_message(const Receive&) { return unsupported(); }
    /// @param flags  of more, oob, dontroute
    virtual Result<std::size_t> send_message(const OutgoingMessage&, MsgFlag) { return unsupported(); }

    virtual Result<void> shutdown(Shutdown direction) = 0;
    virtual Result<Address> local_address() const = 0;
    virtual Result<Address> peer_address() const = 0;
    virtual Result<std::size_t> available() { return unsupported(); }
    virtual Result<std::size_t> unsent() { return unsupported(); }

    /// Others may receive from it from now on.
    virtual int fileno() { return -1; }
    /// Gives the descriptor away; nothing can be done with the socket afterwards.
    virtual Result<int> detach() { return unsupported(); }
    virtual Result<std::unique_ptr<Socket>> duplicate() { return unsupported(); }
    virtual Result<bool> inheritable() { return unsupported(); }
    virtual Result<void> set_inheritable(bool) { return unsupported(); }

private:
    friend class Hold;

    SocketKind kind_;
    int holds_ = 1;
};

struct SocketPair {
    std::unique_ptr<Socket> first;
    std::unique_ptr<Socket> second;
};

/// One open stream.
class Stream : public Waitable {
public:
    using Waitable::Waitable;

    /// 0: the end.
    virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
    virtual Result<std::size_t> write(std::span<const std::byte> bytes) = 0;
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
    virtual Result<SocketPair> open_pair(SocketType) { return std::unexpected{Errc::unsupported}; }
    /// Takes the descriptor over, if it is a socket's.
    virtual Result<std::unique_ptr<Socket>> adopt(OwnedDescriptor) {
        return std::unexpected{Errc::unsupported};
    }

    /// What a packet to `peer` would leave from. @returns unreachable, unsupported
    virtual Result<IpAddress> source_for(const Address& peer) = 0;
    /// Whether that is one that no new connection should have where there is another (RFC 4862 §5.5.4). What
    /// cannot tell says no.
    virtual bool is_deprecated(const IpAddress& /*source*/) const { return false; }
    virtual NameService& names() = 0;
    /// nullptr: its cards are not for programs to configure.
    virtual HostCards* cards() { return nullptr; }

private:
    Driver& driver_;
};

}  // namespace sockeye::backend
