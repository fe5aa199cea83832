// The options of a socket somewhere else: asked and set there.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/appender.hpp"
#include "socket/remote/records.hpp"
#include "socket/remote/socket.hpp"

namespace sockeye::remote {
namespace {

template <class Option>
Request about(Call call, Option option) {
    return {.call = call, .first = std::to_underlying(option)};
}

std::uint64_t count_of(Duration time) {
    return static_cast<std::uint64_t>(time.count());
}

Duration time_of(std::uint64_t count) {
    return Duration{static_cast<std::int64_t>(count)};
}

Error rubbish() {
    return {Errc::input_output, "", "the host's answer is no answer"};
}

}  // namespace

// ---- set

Result<void> Socket::set_option(option::Flag option, bool on) {
    Request request = about(Call::set_flag, option);
    request.value = on ? 1 : 0;
    return told(request);
}

Result<void> Socket::set_option(option::Number option, int value) {
    Request request = about(Call::set_number, option);
    request.value = static_cast<std::uint32_t>(value);
    return told(request);
}

Result<void> Socket::set_option(option::Time option, Duration value) {
    Request request = about(Call::set_time, option);
    request.value = count_of(value);
    return told(request);
}

Result<void> Socket::set_option(option::Text option, const std::string& value) {
    if (value.size() > most_octets) return std::unexpected{Errc::invalid_argument};
    Request request = about(Call::set_text, option);
    request.octets = BytesView{value}.span();
    return told(request);
}

Result<void> Socket::set_option(option::Linger option, std::optional<Duration> patience) {
    Request request = about(Call::set_linger, option);
    request.second = patience ? 1U : 0U;
    request.value = count_of(patience.value_or(Duration{}));
    return told(request);
}

Result<void> Socket::set_option(option::Interface option, const IpAddress& address) {
    Request request = about(Call::set_interface, option);
    request.address = Address{address, 0};
    return told(request);
}

Result<void> Socket::set_raw_option(int level, int number, std::span<const std::byte> value) {
    if (value.size() > most_octets) return std::unexpected{Errc::invalid_argument};
    return told({.call = Call::set_raw,
                 .first = static_cast<std::uint32_t>(level),
                 .second = static_cast<std::uint32_t>(number),
                 .octets = value});
}

Result<void> Socket::change_membership(Change change, const Membership& membership) {
    std::vector<std::byte> source;
    if (membership.source) Appender{source}.bytes(membership.source->octets());
    return told({.call = Call::change_membership,
                 .first = std::to_underlying(change),
                 .second = membership.interface,
                 .address = Address{membership.group, 0},
                 .octets = source});
}

// ---- get

Result<bool> Socket::get_option(option::Flag option) {
    const Result<std::uint64_t> value = number(about(Call::get_flag, option));
    if (!value) return std::unexpected{value.error()};
    return *value != 0;
}

Result<int> Socket::get_option(option::Number option) {
    const Result<std::uint64_t> value = number(about(Call::get_number, option));
    if (!value) return std::unexpected{value.error()};
    return static_cast<int>(*value);
}

Result<Duration> Socket::get_option(option::Time option) {
    const Result<std::uint64_t> value = number(about(Call::get_time, option));
    if (!value) return std::unexpected{value.error()};
    return time_of(*value);
}

Result<std::string> Socket::get_option(option::Text option) {
    const Result<Answer> answer = ask(about(Call::get_text, option));
    if (!answer) return std::unexpected{answer.error()};
    return std::string{BytesView{answer->octets}.text()};
}

Result<std::optional<Duration>> Socket::get_option(option::Linger option) {
    const Result<Answer> answer = ask(about(Call::get_linger, option));
    if (!answer) return std::unexpected{answer.error()};
    if ((answer->marks & mark::present) == 0) return std::nullopt;
    return time_of(answer->value);
}

Result<IpAddress> Socket::get_option(option::Interface option) {
    const Result<Answer> answer = ask(about(Call::get_interface, option));
    if (!answer) return std::unexpected{answer.error()};
    return answer->address.ip();
}

Result<std::optional<Errc>> Socket::get_option(option::Pending option) {
    const Result<Answer> answer = ask(about(Call::get_pending, option));
    if (!answer) return std::unexpected{answer.error()};
    if ((answer->marks & mark::present) == 0) return std::nullopt;
    if (answer->value > std::to_underlying(Errc::input_output)) return std::unexpected{rubbish()};
    return static_cast<Errc>(answer->value);
}

Result<std::size_t> Socket::get_raw_option(int level, int number, std::span<std::byte> value) {
    const Result<Answer> answer = ask({.call = Call::get_raw,
                                       .first = static_cast<std::uint32_t>(level),
                                       .second = static_cast<std::uint32_t>(number),
                                       .value = std::min(value.size(), most_octets)});
    if (!answer) return std::unexpected{answer.error()};
    const std::size_t octets = std::min(answer->octets.size(), value.size());
    std::copy_n(answer->octets.data(), octets, value.data());
    return octets;
}

Result<TcpInfo> Socket::tcp_info() {
    const Result<Answer> answer = ask({.call = Call::tcp_info});
    if (!answer) return std::unexpected{answer.error()};
    const std::optional<TcpInfo> info = parse_tcp_info(answer->octets);
    if (!info) return std::unexpected{rubbish()};
    return *info;
}

Result<Credentials> Socket::peer_credentials() {
    const Result<Answer> answer = ask({.call = Call::peer_credentials});
    if (!answer) return std::unexpected{answer.error()};
    if (!answer->beside.credentials) return std::unexpected{rubbish()};
    return *answer->beside.credentials;
}

}  // namespace sockeye::remote
