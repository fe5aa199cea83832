#include "view/socket_calls.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "socket/remote/records.hpp"

namespace sockeye::view {
namespace {

using backend::Interest;
using backend::Socket;
using remote::Answer;
using remote::Call;
using remote::Request;

using Answered = Result<Answer>;

/// A caller's mistake, and not the socket's.
std::unexpected<Error> nonsense() {
    return std::unexpected{Error{Errc::invalid_argument}};
}

Answered done(const Result<void>& result) {
    if (!result) return std::unexpected{result.error()};
    return Answer{};
}

template <class T>
Answered number(const Result<T>& result) {
    if (!result) return std::unexpected{result.error()};
    return Answer{.value = static_cast<std::uint64_t>(*result)};
}

Answered place(const Result<Address>& result) {
    if (!result) return std::unexpected{result.error()};
    return Answer{.address = *result};
}

/// A stream's socket knows no message's sender.
std::size_t octets_asked_for(const Request& request) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(request.value, remote::most_octets));
}

// ---- connections

Answered prepare_server(Socket& socket, const Request& request, Room&) {
    return done(socket.prepare_server(
        request.address, {.with_servers = request.first != 0, .with_ipv4 = request.second != 0}));
}

Answered bind(Socket& socket, const Request& request, Room&) {
    return done(socket.bind(request.address));
}

Answered listen(Socket& socket, const Request& request, Room&) {
    return done(socket.listen(static_cast<int>(std::min<std::uint32_t>(request.first, 65535))));
}

Answered connect(Socket& socket, const Request& request, Room&) {
    return done(socket.connect(request.address));
}

Answered finish_connect(Socket& socket, const Request&, Room&) {
    return done(socket.finish_connect());
}

Answered shutdown(Socket& socket, const Request& request, Room&) {
    if (request.first > std::to_underlying(Shutdown::both)) return nonsense();
    return done(socket.shutdown(static_cast<Shutdown>(request.first)));
}

Answered local_address(Socket& socket, const Request&, Room&) {
    return place(socket.local_address());
}

Answered peer_address(Socket& socket, const Request&, Room&) {
    return place(socket.peer_address());
}

// ---- octets

Answered receive(Socket& socket, const Request& request, Room& room) {
    const std::span<std::byte> buffer = room.take(octets_asked_for(request));
    const Result<std::size_t> received = socket.receive_into(buffer);
    if (!received) return std::unexpected{received.error()};
    return Answer{.octets = buffer.first(*received)};
}

Answered receive_from(Socket& socket, const Request& request, Room& room) {
    const std::span<std::byte> buffer = room.take(octets_asked_for(request));
    const Result<DatagramInfo> received = socket.receive_from(buffer);
    if (!received) return std::unexpected{received.error()};
    return Answer{.marks = received->truncated ? remote::mark::truncated : std::uint8_t{0},
                  .address = received->sender,
                  .octets = buffer.first(received->octets)};
}

std::uint8_t marks_of(const MessageInfo& info) {
    int marks = 0;
    if (info.truncated) marks |= remote::mark::truncated;
    if (info.ancillary_truncated) marks |= remote::mark::ancillary_truncated;
    if (info.end_of_record) marks |= remote::mark::end_of_record;
    if (info.out_of_band) marks |= remote::mark::out_of_band;
    return static_cast<std::uint8_t>(marks);
}

MsgFlag flags_of(const Request& request) {
    return static_cast<MsgFlag>(request.first & 0xff);
}

Answered receive_message(Socket& socket, const Request& request, Room& room) {
    const std::array buffer{room.take(octets_asked_for(request))};
    const Result<MessageInfo> received = socket.receive_message(
        {.buffers = buffer, .flags = flags_of(request), .ancillary_space = request.second});
    if (!received) return std::unexpected{received.error()};
    return Answer{.marks = marks_of(*received),
                  .address = received->sender,
                  .beside = {.credentials = received->ancillary.credentials,
                             .packet_info = received->ancillary.packet_info,
                             .hop_limit = received->ancillary.hop_limit,
                             .traffic_class = received->ancillary.traffic_class,
                             .timestamp = received->ancillary.timestamp},
                  .octets = buffer.front().first(received->octets)};
}

Answered send(Socket& socket, const Request& request, Room&) {
    return number(socket.send(request.octets));
}

Answered send_to(Socket& socket, const Request& request, Room&) {
    return number(socket.send_to(request.octets, request.address));
}

Answered send_message(Socket& socket, const Request& request, Room&) {
    OutgoingMessage message{BytesView{request.octets}};
    if (request.second != 0) message.to = request.address;
    message.credentials = request.beside.credentials;
    message.packet_info = request.beside.packet_info;
    message.hop_limit = request.beside.hop_limit;
    message.traffic_class = request.beside.traffic_class;
    return number(socket.send_message(message, flags_of(request)));
}

Answered available(Socket& socket, const Request&, Room&) {
    return number(socket.available());
}

Answered unsent(Socket& socket, const Request&, Room&) {
    return number(socket.unsent());
}

// ---- options

/// The last of each kind.
constexpr option::Flag last(option::Flag) {
    return option::tcp_quickack;
}
constexpr option::Number last(option::Number) {
    return option::tcp_window_clamp;
}
constexpr option::Time last(option::Time) {
    return option::tcp_user_timeout;
}
constexpr option::Text last(option::Text) {
    return option::tcp_congestion;
}

template <class Option>
std::optional<Option> option_of(const Request& request) {
    if (request.first > std::to_underlying(last(Option{}))) return std::nullopt;
    return static_cast<Option>(request.first);
}

bool value_of(option::Flag, const Request& request) {
    return request.value != 0;
}
int value_of(option::Number, const Request& request) {
    return static_cast<int>(request.value);
}
Duration value_of(option::Time, const Request& request) {
    return Duration{static_cast<std::int64_t>(request.value)};
}
std::string value_of(option::Text, const Request& request) {
    return std::string{BytesView{request.octets}.text()};
}

template <class Option>
Answered set(Socket& socket, const Request& request, Room&) {
    const std::optional<Option> option = option_of<Option>(request);
    if (!option) return nonsense();
    return done(socket.set_option(*option, value_of(*option, request)));
}

template <class Option>
Answered get(Socket& socket, const Request& request, Room&) {
    const std::optional<Option> option = option_of<Option>(request);
    if (!option) return nonsense();
    return number(socket.get_option(*option));
}

Answered get_time(Socket& socket, const Request& request, Room&) {
    const std::optional<option::Time> option = option_of<option::Time>(request);
    if (!option) return nonsense();
    const Result<Duration> time = socket.get_option(*option);
    if (!time) return std::unexpected{time.error()};
    return Answer{.value = static_cast<std::uint64_t>(time->count())};
}

Answered get_text(Socket& socket, const Request& request, Room& room) {
    const std::optional<option::Text> option = option_of<option::Text>(request);
    if (!option) return nonsense();
    const Result<std::string> text = socket.get_option(*option);
    if (!text) return std::unexpected{text.error()};
    const std::span<std::byte> copy = room.take(text->size());
    std::copy_n(BytesView{*text}.data(), copy.size(), copy.data());
    return Answer{.octets = copy};
}

Answered set_linger(Socket& socket, const Request& request, Room&) {
    std::optional<Duration> patience;
    if (request.second != 0) patience = Duration{static_cast<std::int64_t>(request.value)};
    return done(socket.set_option(option::so_linger, patience));
}

Answered get_linger(Socket& socket, const Request&, Room&) {
    const Result<std::optional<Duration>> patience = socket.get_option(option::so_linger);
    if (!patience) return std::unexpected{patience.error()};
    if (!*patience) return Answer{};
    return Answer{.marks = remote::mark::present, .value = static_cast<std::uint64_t>((*patience)->count())};
}

Answered set_interface(Socket& socket, const Request& request, Room&) {
    return done(socket.set_option(option::ip_multicast_if, request.address.ip()));
}

Answered get_interface(Socket& socket, const Request&, Room&) {
    const Result<IpAddress> address = socket.get_option(option::ip_multicast_if);
    if (!address) return std::unexpected{address.error()};
    return Answer{.address = Address{*address, 0}};
}

Answered get_pending(Socket& socket, const Request&, Room&) {
    const Result<std::optional<Errc>> pending = socket.get_option(option::so_error);
    if (!pending) return std::unexpected{pending.error()};
    if (!*pending) return Answer{};
    return Answer{.marks = remote::mark::present, .value = std::to_underlying(**pending)};
}

Answered set_raw(Socket& socket, const Request& request, Room&) {
    return done(socket.set_raw_option(static_cast<int>(request.first), static_cast<int>(request.second),
                                      request.octets));
}

Answered get_raw(Socket& socket, const Request& request, Room& room) {
    const std::span<std::byte> buffer = room.take(octets_asked_for(request));
    const Result<std::size_t> octets =
        socket.get_raw_option(static_cast<int>(request.first), static_cast<int>(request.second), buffer);
    if (!octets) return std::unexpected{octets.error()};
    return Answer{.octets = buffer.first(std::min(*octets, buffer.size()))};
}

std::optional<IpAddress> address_in(std::span<const std::byte> octets) {
    std::array<std::uint8_t, 4> four{};
    std::array<std::uint8_t, 16> sixteen{};
    const auto copy = [&](auto& into) {
        std::copy_n(octets.data(), octets.size(), std::as_writable_bytes(std::span{into}).data());
        return IpAddress{into};
    };
    if (octets.size() == four.size()) return copy(four);
    if (octets.size() == sixteen.size()) return copy(sixteen);
    return std::nullopt;
}

Answered change_membership(Socket& socket, const Request& request, Room&) {
    if (request.first > std::to_underlying(Socket::Change::leave)) return nonsense();
    return done(socket.change_membership(
        static_cast<Socket::Change>(request.first),
        {.group = request.address.ip(), .interface = request.second, .source = address_in(request.octets)}));
}

Answered tcp_info(Socket& socket, const Request&, Room& room) {
    const Result<TcpInfo> info = socket.tcp_info();
    if (!info) return std::unexpected{info.error()};
    std::vector<std::byte>& octets = room.emptied();
    remote::write_tcp_info(octets, *info);
    return Answer{.octets = octets};
}

Answered peer_credentials(Socket& socket, const Request&, Room&) {
    const Result<Credentials> credentials = socket.peer_credentials();
    if (!credentials) return std::unexpected{credentials.error()};
    return Answer{.beside = {.credentials = *credentials}};
}

// ---- the calls

struct SocketCall {
    Call call;
    Answered (*run)(Socket&, const Request&, Room&);
};
constexpr std::array socket_calls{
    SocketCall{Call::prepare_server, prepare_server},
    SocketCall{Call::bind, bind},
    SocketCall{Call::listen, listen},
    SocketCall{Call::connect, connect},
    SocketCall{Call::finish_connect, finish_connect},
    SocketCall{Call::receive, receive},
    SocketCall{Call::receive_from, receive_from},
    SocketCall{Call::receive_message, receive_message},
    SocketCall{Call::send, send},
    SocketCall{Call::send_to, send_to},
    SocketCall{Call::send_message, send_message},
    SocketCall{Call::shutdown, shutdown},
    SocketCall{Call::local_address, local_address},
    SocketCall{Call::peer_address, peer_address},
    SocketCall{Call::available, available},
    SocketCall{Call::unsent, unsent},
    SocketCall{Call::set_flag, set<option::Flag>},
    SocketCall{Call::set_number, set<option::Number>},
    SocketCall{Call::set_time, set<option::Time>},
    SocketCall{Call::set_text, set<option::Text>},
    SocketCall{Call::set_linger, set_linger},
    SocketCall{Call::set_interface, set_interface},
    SocketCall{Call::set_raw, set_raw},
    SocketCall{Call::change_membership, change_membership},
    SocketCall{Call::get_flag, get<option::Flag>},
    SocketCall{Call::get_number, get<option::Number>},
    SocketCall{Call::get_time, get_time},
    SocketCall{Call::get_text, get_text},
    SocketCall{Call::get_linger, get_linger},
    SocketCall{Call::get_interface, get_interface},
    SocketCall{Call::get_pending, get_pending},
    SocketCall{Call::get_raw, get_raw},
    SocketCall{Call::tcp_info, tcp_info},
    SocketCall{Call::peer_credentials, peer_credentials},
};

}  // namespace

std::span<std::byte> Room::take(std::size_t octets) {
    octets_.resize(remote::most_octets);
    return std::span{octets_}.first(std::min(octets, remote::most_octets));
}

std::vector<std::byte>& Room::emptied() {
    octets_.clear();
    return octets_;
}

Interest interest_of(Call call) {
    constexpr std::array writes{Call::connect, Call::finish_connect, Call::send, Call::send_to,
                                Call::send_message};
    return std::ranges::find(writes, call) == writes.end() ? Interest::read : Interest::write;
}

Result<Answer> call_socket(Socket& socket, const Request& request, Room& room) {
    const auto* found = std::ranges::find(socket_calls, request.call, &SocketCall::call);
    if (found == socket_calls.end()) return nonsense();
    return found->run(socket, request, room);
}

}  // namespace sockeye::view
