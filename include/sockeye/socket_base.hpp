// SocketBase: what a socket is, apart from what it carries: its names, options and descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"

namespace sockeye {

enum class SocketType : std::uint8_t { stream, datagram, seqpacket, raw };
enum class Shutdown : std::uint8_t { read, write, both };

/// How one call sends or receives; Python's MSG_PEEK is MsgFlag::peek. Two are joined by |.
enum class MsgFlag : std::uint8_t {
    none = 0,
    peek = 1,       ///< what is received stays, to be received again
    waitall = 2,    ///< all that was asked for, or what there was before the end
    dontwait = 4,   ///< would_block rather than wait
    more = 8,       ///< what is sent may wait for what follows
    oob = 16,       ///< urgent data (RFC 9293 §3.8.5)
    dontroute = 32  ///< to hosts on the same network alone
};
constexpr MsgFlag operator|(MsgFlag a, MsgFlag b) {
    return static_cast<MsgFlag>(static_cast<int>(a) | static_cast<int>(b));
}
constexpr bool has(MsgFlag flags, MsgFlag one) {
    return (static_cast<int>(flags) & static_cast<int>(one)) != 0;
}

namespace option {
template <class Option>
struct Value;
}

namespace backend {
/// A hold on a socket, which closes when the last one lets go: its files may have others.
class Hold {
public:
    Hold() = default;
    explicit Hold(Socket* socket) : socket_{socket} {}
    Hold(Hold&& other) noexcept : socket_{std::exchange(other.socket_, nullptr)} {}
    Hold& operator=(Hold&& other) noexcept {
        Hold taken{std::move(other)};
        std::swap(socket_, taken.socket_);
        return *this;
    }
    ~Hold() { let_go(); }

    void let_go() noexcept;
    Hold another() const;

    Socket* get() const { return socket_; }
    Socket* operator->() const { return socket_; }
    explicit operator bool() const { return socket_ != nullptr; }

private:
    Socket* socket_ = nullptr;
};
}  // namespace backend

/// See Socket, which adds the calls that may wait.
class SocketBase {
public:
    /// Takes a local address; port 0 lets the network choose.
    /// @returns address_in_use, address_not_available, permission_denied
    Result<void> bind(const Address& at);

    /// Starts to accept connections. At most backlog + 1 wait to be accepted (as on Linux);
    /// a negative backlog is 0.
    Result<void> listen(int backlog = 128);

    /// Ends one direction or both; the socket stays open. Shutdown::write sends FIN.
    Result<void> shutdown(Shutdown direction);

    /// Wakes whoever waits on it with Errc::closed. Unread octets make TCP send RST instead of
    /// FIN. Closing a closed socket does nothing. Where makefile() has made files of it, the
    /// connection stays open until they are closed too.
    void close() noexcept;
    bool is_open() const { return backend_.get() != nullptr; }

    Result<Address> getsockname() const;
    Result<Address> getpeername() const;

    /// As it was made, and still once it is closed; proto 0: the one that is usual for the type.
    Family family() const { return family_; }
    SocketType type() const { return type_; }
    int proto() const { return proto_; }

    /// The options, and the types of their values: <sockeye/option.hpp>.
    template <class Option>
    Result<void> setsockopt(Option option, const typename option::Value<Option>::type& value);
    template <class Option>
    auto getsockopt(Option option) const -> Result<typename option::Value<Option>::type>;
    /// Any other option of the system, by its numbers there.
    Result<void> setsockopt(int level, int number, int value);
    Result<void> setsockopt(int level, int number, BytesView value);
    Result<int> getsockopt(int level, int number) const;
    Result<Bytes> getsockopt(int level, int number, std::size_t most) const;

    /// Octets that can be received at once; UDP: those of the next datagram (FIONREAD).
    Result<std::size_t> available() const;
    /// Octets that were sent and that TCP's peer has not acknowledged (SIOCOUTQ).
    Result<std::size_t> unsent() const;

    /// nullopt: wait for ever; zero: never wait (Errc::would_block).
    void settimeout(std::optional<Duration> timeout) { timeout_ = timeout.value_or(for_ever); }
    std::optional<Duration> gettimeout() const {
        return timeout_ == for_ever ? std::nullopt : std::optional{timeout_};
    }
    void setblocking(bool waits) { timeout_ = waits ? for_ever : Duration::zero(); }
    bool getblocking() const { return timeout_ != Duration::zero(); }

    /// The number of the kernel's descriptor; -1 where there is none.
    int fileno() const;
    /// Gives the descriptor away and leaves a closed socket. It does not block (O_NONBLOCK).
    /// @returns unsupported: there is none; invalid_argument: octets wait here to be received,
    ///   which would be lost
    Result<int> detach();
    /// Whether a program that this one becomes has it too; no, unless said.
    Result<bool> get_inheritable() const;
    Result<void> set_inheritable(bool inheritable);

    /// For the library. @returns closed, or why it could not be made
    Result<backend::Socket*> backend() const;
    backend::Hold hold() const { return backend_.another(); }

protected:
    SocketBase() noexcept;
    SocketBase(Network& network, Family family, SocketType type, int proto);
    SocketBase(Network& network, std::unique_ptr<backend::Socket> made);
    SocketBase(SocketBase&& other) noexcept;
    SocketBase& operator=(SocketBase&& other) noexcept;
    ~SocketBase();

    backend::Request request(Deadline deadline) const;

    Network* network_ = nullptr;

private:
    static constexpr Duration for_ever = Duration::max();

    backend::Hold backend_;
    Duration timeout_ = for_ever;
    Errc why_closed_ = Errc::closed;
    Family family_ = Family::inet;
    SocketType type_ = SocketType::stream;
    int proto_ = 0;
};

}  // namespace sockeye
