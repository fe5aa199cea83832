#include "app/scan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sockeye::app {
namespace {

PortState tcp_state(const Result<void>& answer) {
    if (answer) return PortState::open;
    switch (answer.error().code()) {
        case Errc::refused: return PortState::closed;
        case Errc::timed_out: return PortState::filtered;
        case Errc::unreachable: return PortState::unreachable;
        default: return PortState::failed;
    }
}

PortState udp_state(const Error& error) {
    if (error == Errc::refused) return PortState::closed;
    return error == Errc::unreachable ? PortState::unreachable : PortState::failed;
}

}  // namespace

std::string_view to_string(PortState state) {
    constexpr std::array names{"open", "closed", "filtered", "no answer", "unreachable", "failed"};
    return names[static_cast<std::size_t>(state)];
}

Scan::Scan(Network& network, Address host, std::vector<PortRange> ports, ScanOptions options, Found found)
    : network_{network},
      host_{std::move(host)},
      ports_{std::move(ports)},
      options_{options},
      found_{std::move(found)} {
    for (const PortRange& range : ports_) total_ += std::size_t{1} + range.last - range.first;
}

std::optional<std::uint16_t> Scan::next_port() {
    if (range_ == ports_.size()) return std::nullopt;
    const std::uint32_t port = ports_[range_].first + offset_++;
    if (port == ports_[range_].last) {
        ++range_;
        offset_ = 0;
    }
    return static_cast<std::uint16_t>(port);
}

void Scan::tell(std::uint16_t port, PortState state, Instant began, std::optional<Error> error) {
    ++told_;
    found_(Finding{.port = port, .state = state, .took = network_.now() - began, .error = std::move(error)});
}

/// A socket that was refused can ask again on Linux, and making one costs more than asking. Where it
/// cannot, its answer is none of those a port can give, and a new one asks the same.
Task<> Scan::ask_tcp_ports() {
    Socket asking;
    for (;;) {
        const std::optional<std::uint16_t> port = next_port();
        if (!port) co_return;
        const bool used = asking.is_open();
        if (!used) asking = Socket{network_, host_.family()};
        const Instant began = network_.now();
        Result<void> answer = co_await asking.connect(at(*port), options_.timeout);
        if (used && tcp_state(answer) == PortState::failed) {
            asking = Socket{network_, host_.family()};
            answer = co_await asking.connect(at(*port), options_.timeout);
        }
        const PortState state = tcp_state(answer);
        tell(*port, state, began, answer ? std::nullopt : std::optional{answer.error()});
        if (state != PortState::closed) asking.close();
    }
}

Task<PortState> Scan::ask_udp(std::uint16_t port, std::optional<Error>& error) {
    constexpr int attempts = 3;  // a datagram may be lost, and so may its answer
    constexpr std::size_t enough = 1;
    Socket asking{network_, host_.family(), SocketType::datagram};
    Result<void> connected = co_await asking.connect(at(port));
    const std::string question = options_.question != nullptr ? options_.question(port) : std::string{};
    for (int attempt = 0; connected && attempt < attempts; ++attempt) {
        Result<std::size_t> sent = co_await asking.send(question);
        Result<Bytes> answer{std::unexpect, Errc::timed_out};
        if (sent)
            answer = co_await asking.recv(enough, options_.timeout / attempts);
        else
            answer = std::unexpected{sent.error()};
        if (answer) co_return PortState::open;
        if (answer.error() == Errc::timed_out) continue;
        error = answer.error();
        co_return udp_state(*error);
    }
    if (connected) co_return PortState::no_answer;
    error = connected.error();
    co_return udp_state(*error);
}

Task<> Scan::ask_udp_ports() {
    for (;;) {
        const std::optional<std::uint16_t> port = next_port();
        if (!port) co_return;
        std::optional<Error> error;
        const Instant began = network_.now();
        const PortState state = co_await ask_udp(*port, error);
        tell(*port, state, began, std::move(error));
    }
}

/// As few sockets as get on: more only while all there are wait. Within this machine answers come at once, to
/// the first, and one that was used just now is in the cache: several hundred in turn take half as long
/// again.
Task<> Scan::ask_with_more_and_more(std::stop_token stop) {
    constexpr Duration longer_than_an_answer_at_once = 10us;
    const std::size_t most = std::min(options_.at_once, total_);
    std::size_t told = 0;
    for (std::size_t asking = 0; asking < most && range_ < ports_.size();) {
        const std::size_t wanted = told_ > told ? asking : std::clamp<std::size_t>(2 * asking, 1, most);
        for (; asking < wanted; ++asking)
            network_.spawn(options_.transport == Transport::udp ? ask_udp_ports() : ask_tcp_ports(), stop);
        told = told_;
        Result<void> others_had_their_turn = co_await network_.sleep(longer_than_an_answer_at_once);
        if (!others_had_their_turn) co_return;
    }
}

void Scan::start(std::stop_token stop) {
    network_.spawn(ask_with_more_and_more(stop), stop);
}

}  // namespace sockeye::app
