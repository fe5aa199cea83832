#include "socket/remote/socket.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace sockeye::remote {
namespace {

/// How much a request may ask for.
std::uint64_t asked(std::size_t octets) {
    return std::min(octets, most_octets);
}

/// One buffer after the other. @returns octets
std::size_t fill(std::span<const std::span<std::byte>> buffers, std::span<const std::byte> octets) {
    std::size_t done = 0;
    for (const std::span<std::byte> buffer : buffers) {
        const std::size_t part = std::min(buffer.size(), octets.size() - done);
        std::copy_n(octets.data() + done, part, buffer.data());
        done += part;
    }
    return done;
}

std::size_t room_in(std::span<const std::span<std::byte>> buffers) {
    std::size_t room = 0;
    for (const std::span<std::byte> buffer : buffers) room += std::min(buffer.size(), most_octets);
    return room;
}

std::vector<std::byte> joined(std::span<const BytesView> parts) {
    std::vector<std::byte> whole;
    for (const BytesView& part : parts) whole.insert(whole.end(), part.span().begin(), part.span().end());
    return whole;
}

}  // namespace

Socket::Socket(Network& network, std::uint32_t number, backend::SocketKind kind)
    : backend::Socket{network.driver(), kind}, network_{network}, number_{number} {
    network_.join(number_, *this);
}

Socket::~Socket() {
    network_.leave(number_);
}

Result<Answer> Socket::ask(Request request) const {
    request.at = number_;
    return network_.ask(request);
}

Result<void> Socket::told(Request request) const {
    const Result<Answer> answer = ask(std::move(request));
    if (!answer) return std::unexpected{answer.error()};
    return {};
}

Result<std::uint64_t> Socket::number(Request request) const {
    const Result<Answer> answer = ask(std::move(request));
    if (!answer) return std::unexpected{answer.error()};
    return answer->value;
}

Result<std::unique_ptr<backend::Socket>> Socket::made(const Result<Answer>& answer) const {
    if (!answer) return std::unexpected{answer.error()};
    return std::make_unique<Socket>(network_, static_cast<std::uint32_t>(answer->value), kind());
}

// ---- connections

Result<void> Socket::prepare_server(const Address& at, const backend::Sharing& sharing) {
    return told({.call = Call::prepare_server,
                 .first = sharing.with_servers ? 1U : 0U,
                 .second = sharing.with_ipv4 ? 1U : 0U,
                 .address = at});
}

Result<void> Socket::bind(const Address& at) {
    return told({.call = Call::bind, .address = at});
}

Result<void> Socket::listen(int backlog) {
    return told({.call = Call::listen, .first = static_cast<std::uint32_t>(backlog)});
}

Result<std::unique_ptr<backend::Socket>> Socket::accept(Address& peer) {
    const Result<Answer> answer = ask({.call = Call::accept});
    if (answer) peer = answer->address;
    return made(answer);
}

Result<void> Socket::connect(const Address& peer) {
    return told({.call = Call::connect, .address = peer});
}

Result<void> Socket::finish_connect() {
    return told({.call = Call::finish_connect});
}

Result<void> Socket::shutdown(Shutdown direction) {
    return told({.call = Call::shutdown, .first = std::to_underlying(direction)});
}

Result<Address> Socket::local_address() const {
    const Result<Answer> answer = ask({.call = Call::local_address});
    if (!answer) return std::unexpected{answer.error()};
    return answer->address;
}

Result<Address> Socket::peer_address() const {
    const Result<Answer> answer = ask({.call = Call::peer_address});
    if (!answer) return std::unexpected{answer.error()};
    return answer->address;
}

Result<std::unique_ptr<backend::Socket>> Socket::duplicate() {
    return made(ask({.call = Call::duplicate}));
}

// ---- receiving

Result<std::size_t> Socket::receive_into(std::span<std::byte> buffer) {
    const Result<Answer> answer = ask({.call = Call::receive, .value = asked(buffer.size())});
    if (!answer) return std::unexpected{answer.error()};
    return fill({&buffer, 1}, answer->octets);
}

Result<Bytes> Socket::receive(std::size_t most) {
    const Result<Answer> answer = ask({.call = Call::receive, .value = asked(most)});
    if (!answer) return std::unexpected{answer.error()};
    return Bytes{BytesView{answer->octets}.text()};
}

Result<DatagramInfo> Socket::receive_from(std::span<std::byte> buffer) {
    const Result<Answer> answer = ask({.call = Call::receive_from, .value = asked(buffer.size())});
    if (!answer) return std::unexpected{answer.error()};
    return DatagramInfo{fill({&buffer, 1}, answer->octets), answer->address,
                        (answer->marks & mark::truncated) != 0};
}

Result<MessageInfo> Socket::receive_message(const backend::Receive& receive) {
    const Result<Answer> answer = ask({.call = Call::receive_message,
                                       .first = std::to_underlying(receive.flags),
                                       .second = static_cast<std::uint32_t>(asked(receive.ancillary_space)),
                                       .value = asked(room_in(receive.buffers))});
    if (!answer) return std::unexpected{answer.error()};
    MessageInfo info;
    info.octets = fill(receive.buffers, answer->octets);
    info.sender = answer->address;
    info.ancillary.credentials = answer->beside.credentials;
    info.ancillary.packet_info = answer->beside.packet_info;
    info.ancillary.hop_limit = answer->beside.hop_limit;
    info.ancillary.traffic_class = answer->beside.traffic_class;
    info.ancillary.timestamp = answer->beside.timestamp;
    info.truncated = (answer->marks & mark::truncated) != 0;
    info.ancillary_truncated = (answer->marks & mark::ancillary_truncated) != 0;
    info.end_of_record = (answer->marks & mark::end_of_record) != 0;
    info.out_of_band = (answer->marks & mark::out_of_band) != 0;
    return info;
}

// ---- sending

Result<std::span<const std::byte>> Socket::sendable(std::span<const std::byte> bytes) const {
    if (kind().type == SocketType::stream) return bytes.first(std::min(bytes.size(), most_octets));
    if (bytes.size() > most_octets) return std::unexpected{Errc::message_too_large};
    return bytes;
}

Result<std::size_t> Socket::send(std::span<const std::byte> bytes) {
    const auto part = sendable(bytes);
    if (!part) return std::unexpected{part.error()};
    return number({.call = Call::send, .octets = *part});
}

Result<std::size_t> Socket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    const auto part = sendable(bytes);
    if (!part) return std::unexpected{part.error()};
    return number({.call = Call::send_to, .address = peer, .octets = *part});
}

Result<std::size_t> Socket::send_message(const OutgoingMessage& message, MsgFlag flags) {
    if (!message.descriptors.empty() || !message.others.empty()) return Options::unsupported();
    const std::vector<std::byte> whole = joined(message.parts());
    const auto part = sendable(whole);
    if (!part) return std::unexpected{part.error()};
    return number({.call = Call::send_message,
                   .first = std::to_underlying(flags),
                   .second = message.to ? 1U : 0U,
                   .address = message.to.value_or(Address{}),
                   .beside = {.credentials = message.credentials,
                              .packet_info = message.packet_info,
                              .hop_limit = message.hop_limit,
                              .traffic_class = message.traffic_class},
                   .octets = *part});
}

Result<std::size_t> Socket::available() {
    return number({.call = Call::available});
}

Result<std::size_t> Socket::unsent() {
    return number({.call = Call::unsent});
}

std::string Socket::describe() const {
    return "socket " + std::to_string(number_) + " of " + std::string{network_.name()};
}

}  // namespace sockeye::remote
