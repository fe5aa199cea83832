#include "socket/connecting.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "socket/backend.hpp"
#include "socket/destinations.hpp"
#include "socket/hosts.hpp"

namespace sockeye::backend {
namespace {

constexpr const char* during = "connect";

/// What tells most of several attempts' ends: one that was answered before one that was not, and
/// that before one that never left.
constexpr std::array by_weight{Errc::refused,           Errc::reset,       Errc::timed_out,
                               Errc::permission_denied, Errc::unreachable, Errc::address_not_available,
                               Errc::address_in_use};

auto weight(Errc code) {
    return std::ranges::find(by_weight, code) - by_weight.begin();
}

bool is_of(const Address& address, Family family) {
    return address.family() == family;
}

}  // namespace

Connecting::Connecting(sockeye::Network& network, Target target, ConnectOptions options)
    : Waitable{network.backend().driver()},
      network_{network},
      target_{std::move(target)},
      options_{options} {}

Result<sockeye::Socket> Connecting::finish(Instant until) {
    if (!std::exchange(begun_, true)) begin();
    for (;;) {
        take_answers();
        if (auto socket = take_connected()) return *std::move(socket);
        if (start_next()) continue;
        if (has_ended()) return std::unexpected{how_it_failed()};
        if (driver().now() >= until) return std::unexpected{out_of_time()};
        timer_.reset();
        if (untried_.empty()) return std::unexpected{Errc::would_block};
        timer_.emplace(*this, wait_until(driver(), next_start_));
        if (!timer_->has_ended()) return std::unexpected{Errc::would_block};
    }
}

void Connecting::begin() {
    if (!target_.path.empty()) {
        const Result<Address> address = target_.numeric();
        if (address)
            untried_ = {*address};
        else
            no_address_ = address.error();
        return;
    }
    auto known = known_addresses(target_.host, target_.port, Purpose::connect, options_.family);
    if (!known) {
        for (Family family : families_of(network_, options_.family))
            questions_.emplace_back(
                *this, family, asking(network_.backend().names().by_name(network_, target_.host, family)));
    } else if (!*known) {
        no_address_ = known->error();
    } else {
        know(**std::move(known));
    }
}

/// Of a datagram's peer nobody says that it is not there. This machine's programs that listen for
/// both families hear both, and those that listen for one, as a rule, hear IPv4.
void Connecting::know(std::vector<Address> addresses) {
    std::ranges::move(addresses, std::back_inserter(untried_));
    untried_ = by_preference(network_.backend(), untried_);
    const auto is_near = [](const Address& address) { return address.ip().is_loopback(); };
    if (target_.transport == Transport::udp && std::ranges::all_of(untried_, is_near))
        std::ranges::stable_partition(untried_, [](const Address& one) { return is_of(one, Family::inet); });
}

void Connecting::take_answers() {
    for (auto question = questions_.begin(); question != questions_.end();) {
        const auto one = question++;
        if (!one->answer.has_ended()) continue;
        const Family family = one->family;
        Result<HostEntry> answer = one->answer.take();
        questions_.erase(one);
        take_answer(family, std::move(answer));
    }
}

/// §3: what is learnt is tried at once; IPv4's addresses alone give IPv6's a short while.
void Connecting::take_answer(Family family, Result<HostEntry> answer) {
    const bool is_alone = family == Family::inet && answer && !questions_.empty();
    if (!last_family_) next_start_ = is_alone ? driver().now() + options_.resolution_delay : Instant{};
    if (!answer) {
        no_address_ = no_address_ ? better_reason(*no_address_, answer.error()) : answer.error();
        return;
    }
    std::vector<Address> addresses;
    for (const IpAddress& ip : answer->addresses) addresses.emplace_back(ip, target_.port);
    know(std::move(addresses));
}

std::optional<sockeye::Socket> Connecting::take_connected() {
    for (auto attempt = attempts_.begin(); attempt != attempts_.end();) {
        if (!attempt->connected.has_ended()) {
            ++attempt;
            continue;
        }
        Result<void> connected = attempt->connected.take();
        if (connected) {
            sockeye::Socket socket = std::move(attempt->socket);
            attempts_.clear();
            questions_.clear();
            timer_.reset();
            return socket;
        }
        fail(attempt->peer, std::move(connected.error()));
        attempt = attempts_.erase(attempt);
    }
    return std::nullopt;
}

/// Whoever fails makes way for the next at once.
void Connecting::fail(const Address& peer, Error error) {
    failures_.push_back({peer, std::move(error)});
    next_start_ = {};
}

/// @returns whether an attempt was made, however it has ended already
bool Connecting::start_next() {
    const Instant now = driver().now();
    if (untried_.empty() || now < next_start_) return false;
    Address peer = take_next();
    last_family_ = peer.family();
    next_start_ = now + options_.attempt_delay;
    const bool tcp = target_.transport == Transport::tcp;
    auto opened = network_.backend().open({peer.family(), tcp ? SocketType::stream : SocketType::datagram});
    if (!opened) {
        fail(peer, std::move(opened.error()));
        return true;
    }
    sockeye::Socket socket{network_, std::move(*opened)};
    if (Result<void> ready = prepare(socket, peer); !ready)
        fail(peer, std::move(ready.error()));
    else
        attempts_.emplace_back(*this, std::move(peer), std::move(socket));
    return true;
}

/// §4: the families take turns.
Address Connecting::take_next() {
    const auto other = std::ranges::find_if(
        untried_, [&](const Address& one) { return last_family_ && !is_of(one, *last_family_); });
    const auto next = other == untried_.end() ? untried_.begin() : other;
    Address peer = std::move(*next);
    untried_.erase(next);
    return peer;
}

Result<void> Connecting::prepare(sockeye::Socket& socket, const Address& peer) const {
    if (!options_.source) return {};
    if (options_.source->family() != peer.family())
        return std::unexpected{Error{Errc::address_not_available, during,
                                     options_.source->to_string() + " is of another family"}};
    return socket.bind(Address{*options_.source, options_.source_port, peer.scope()});
}

bool Connecting::has_ended() const {
    return questions_.empty() && untried_.empty() && attempts_.empty();
}

Error Connecting::how_it_failed() const {
    if (failures_.empty()) return *no_address_;
    const auto most = std::ranges::min_element(
        failures_, {}, [](const Failure& failure) { return weight(failure.error.code()); });
    if (failures_.size() == 1 && failures_[0].peer.to_string() == target_.to_string()) return most->error;
    return {most->error.code(), during, history()};
}

Error Connecting::out_of_time() const {
    if (attempts_.size() == 1 && failures_.empty() &&
        attempts_.front().peer.to_string() == target_.to_string())
        return {Errc::timed_out, during, target_.to_string()};
    return {Errc::timed_out, during, history()};
}

/// "localhost:80: [::1]:80 refused, 127.0.0.1:80 no answer yet".
std::string Connecting::history() const {
    std::string text;
    const auto add = [&](const std::string& what, std::string_view how) {
        text.append(text.empty() ? target_.to_string() + ": " : ", ").append(what + " ").append(how);
    };
    for (const auto& [peer, error] : failures_) {
        const std::string where = peer.to_string();
        add(where, sockeye::describe(error.code()));
        if (!error.detail().empty() && error.detail() != where)
            text.append(" (").append(error.detail()).append(")");
    }
    for (const Attempt& attempt : attempts_) add(attempt.peer.to_string(), "does not answer");
    for (const Question& question : questions_)
        add(question.family == Family::inet6 ? "IPv6 addresses" : "IPv4 addresses", "not known yet");
    return text;
}

}  // namespace sockeye::backend
