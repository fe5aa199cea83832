#include "sockeye/socket_base.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "socket/calls.hpp"

namespace sockeye {

using backend::plainly;
using backend::SocketKind;

namespace {

Result<std::unique_ptr<backend::Socket>> open(Network& network, Family family, SocketType type, int proto) {
    if (!std::in_range<SocketKind::Protocol>(proto)) return std::unexpected{Errc::unsupported};
    return network.backend().open({family, type, static_cast<SocketKind::Protocol>(proto)});
}

}  // namespace

void backend::Hold::let_go() noexcept {
    Socket* socket = std::exchange(socket_, nullptr);
    if (socket != nullptr && --socket->holds_ == 0) delete socket;
}

backend::Hold backend::Hold::another() const {
    if (socket_ != nullptr) ++socket_->holds_;
    return Hold{socket_};
}

SocketBase::SocketBase() noexcept = default;

SocketBase::SocketBase(Network& network, Family family, SocketType type, int proto)
    : network_{&network},
      timeout_{network.getdefaulttimeout().value_or(for_ever)},
      family_{family},
      type_{type},
      proto_{proto} {
    auto opened = open(network, family, type, proto);
    if (opened)
        backend_ = backend::Hold{opened->release()};
    else
        why_closed_ = opened.error().code();
}

SocketBase::SocketBase(Network& network, std::unique_ptr<backend::Socket> made)
    : network_{&network},
      backend_{made.release()},
      timeout_{network.getdefaulttimeout().value_or(for_ever)},
      family_{backend_->kind().family},
      type_{backend_->kind().type},
      proto_{backend_->kind().protocol} {}

SocketBase::SocketBase(SocketBase&& other) noexcept = default;
SocketBase& SocketBase::operator=(SocketBase&& other) noexcept = default;
SocketBase::~SocketBase() = default;

Result<backend::Socket*> SocketBase::backend() const {
    if (!backend_) return std::unexpected{Error{why_closed_}};
    return backend_.get();
}

backend::Request SocketBase::request(Deadline deadline) const {
    backend::Request request = backend::within(backend_.get(), deadline, gettimeout());
    if (!backend_) request.set_failure(why_closed_);
    return request;
}

Result<void> SocketBase::bind(const Address& at) {
    Result<void> bound = plainly(*this, "bind", [&](backend::Socket& socket) { return socket.bind(at); });
    if (bound || !bound.error().detail().empty()) return bound;
    return std::unexpected{std::move(bound.error()).with_detail(at.to_string())};
}

Result<void> SocketBase::listen(int backlog) {
    return plainly(*this, "listen",
                   [&](backend::Socket& socket) { return socket.listen(std::max(backlog, 0)); });
}

Result<void> SocketBase::shutdown(Shutdown direction) {
    return plainly(*this, "shutdown", [&](backend::Socket& socket) { return socket.shutdown(direction); });
}

Result<Address> SocketBase::getsockname() const {
    return plainly(*this, "getsockname", [](backend::Socket& socket) { return socket.local_address(); });
}

Result<Address> SocketBase::getpeername() const {
    return plainly(*this, "getpeername", [](backend::Socket& socket) { return socket.peer_address(); });
}

Result<std::size_t> SocketBase::available() const {
    return plainly(*this, "available", [](backend::Socket& socket) { return socket.available(); });
}

Result<std::size_t> SocketBase::unsent() const {
    return plainly(*this, "unsent", [](backend::Socket& socket) { return socket.unsent(); });
}

void SocketBase::close() noexcept {
    backend_.let_go();
    why_closed_ = Errc::closed;
}

int SocketBase::fileno() const {
    return backend_ ? backend_->fileno() : -1;
}

Result<int> SocketBase::detach() {
    Result<int> descriptor =
        plainly(*this, "detach", [](backend::Socket& socket) { return socket.detach(); });
    if (descriptor) close();
    return descriptor;
}

Result<bool> SocketBase::get_inheritable() const {
    return plainly(*this, "get_inheritable", [](backend::Socket& socket) { return socket.inheritable(); });
}

Result<void> SocketBase::set_inheritable(bool inheritable) {
    return plainly(*this, "set_inheritable",
                   [&](backend::Socket& socket) { return socket.set_inheritable(inheritable); });
}

}  // namespace sockeye
