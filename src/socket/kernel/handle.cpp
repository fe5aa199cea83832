// Sockets as descriptors: taken over, copied, given away.
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/network.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye {
namespace kernel {
namespace {

std::unexpected<Error> failure() {
    return std::unexpected{error_of(errno)};
}

Result<int> ask(int descriptor, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) < 0) return failure();
    return value;
}

template <class Enum, std::size_t count>
Result<Enum> one_of(const std::array<Enum, count>& all, int (*number_of)(Enum), Result<int> number) {
    if (!number) return std::unexpected{std::move(number.error())};
    for (Enum each : all)
        if (number_of(each) == *number) return each;
    return std::unexpected{Errc::unsupported};
}

/// What kind of socket it is. @returns invalid_argument: none
Result<backend::SocketKind> kind_of(int descriptor) {
    constexpr std::array families{Family::inet, Family::inet6, Family::unix_};
    constexpr std::array types{SocketType::stream, SocketType::datagram, SocketType::seqpacket,
                               SocketType::raw};
    const Result<Family> family = one_of(families, &domain_of, ask(descriptor, SO_DOMAIN));
    if (!family) return std::unexpected{family.error()};
    const Result<SocketType> type = one_of(types, &type_of, ask(descriptor, SO_TYPE));
    if (!type) return std::unexpected{type.error()};
    const Result<int> protocol = ask(descriptor, SO_PROTOCOL);
    if (!protocol) return std::unexpected{protocol.error()};
    return backend::SocketKind{*family, *type, static_cast<backend::SocketKind::Protocol>(*protocol)};
}

Result<std::size_t> count(int descriptor, unsigned long request) {
    int octets = 0;
    if (::ioctl(descriptor, request, &octets) < 0) return failure();
    return static_cast<std::size_t>(octets);
}

}  // namespace

Result<std::unique_ptr<backend::Socket>> Network::adopt(OwnedDescriptor owned) {
    Descriptor descriptor{owned.release()};
    const Result<backend::SocketKind> kind = kind_of(descriptor.get());
    if (!kind) return std::unexpected{kind.error()};
    const int flags = ::fcntl(descriptor.get(), F_GETFL);
    if (flags < 0 || ::fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK) < 0) return failure();
    auto socket = std::make_unique<Socket>(*loop, std::move(descriptor), *kind);
    socket->note_others();
    return socket;
}

Result<backend::SocketPair> Network::open_pair(SocketType type) {
    std::array<int, 2> numbers{};
    if (::socketpair(AF_UNIX, type_of(type) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers.data()) < 0)
        return failure();
    const backend::SocketKind kind{Family::unix_, type};
    return backend::SocketPair{std::make_unique<Socket>(*loop, Descriptor{numbers[0]}, kind),
                               std::make_unique<Socket>(*loop, Descriptor{numbers[1]}, kind)};
}

int Socket::fileno() {
    take_over();
    (void)loop().flush(*this);  // as far as there is room
    return descriptor_.get();
}

Result<int> Socket::detach() {
    take_over();
    if (!inbox_.empty())
        return std::unexpected{Error{Errc::invalid_argument, "",
                                     std::to_string(inbox_.unread()) + " octets wait here to be received"}};
    if (Result<void> clear = send_earlier(); !clear) return std::unexpected{std::move(clear.error())};
    if (watched_) loop().unwatch(descriptor_.get(), *this);
    watched_ = false;
    return descriptor_.release();
}

Result<std::unique_ptr<backend::Socket>> Socket::duplicate() {
    take_over();
    (void)loop().flush(*this);  // as far as there is room
    Descriptor copy{::fcntl(descriptor_.get(), F_DUPFD_CLOEXEC, 0)};
    if (!copy.is_open()) return failure();
    auto socket = std::make_unique<Socket>(loop(), std::move(copy), kind());
    socket->note_others();
    return socket;
}

Result<bool> Socket::inheritable() {
    const int flags = ::fcntl(descriptor_.get(), F_GETFD);
    if (flags < 0) return failure();
    return (flags & FD_CLOEXEC) == 0;
}

Result<void> Socket::set_inheritable(bool inheritable) {
    if (::fcntl(descriptor_.get(), F_SETFD, inheritable ? 0 : FD_CLOEXEC) < 0) return failure();
    return {};
}

Result<std::size_t> Socket::available() {
    Result<std::size_t> queued = count(descriptor_.get(), SIOCINQ);
    if (queued) *queued += inbox_.unread();
    return queued;
}

Result<std::size_t> Socket::unsent() {
    (void)loop().flush(*this);  // as far as there is room
    return count(descriptor_.get(), SIOCOUTQ);
}

}  // namespace kernel

Result<Socket> fromfd(Network& network, int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return std::unexpected{kernel::error_of(errno).with_during("fromfd")};
    return adopt(network, OwnedDescriptor{copy});
}

}  // namespace sockeye
