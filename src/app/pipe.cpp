// Two tasks, one a direction. The peer decides when it is over, and the sending task may at that moment
// wait for a person at a terminal; so both share what they work on, and the sender is told to stop.
#include "app/pipe.hpp"

#include <algorithm>
#include <memory>
#include <stop_token>
#include <utility>

namespace sockeye::app {
namespace {

constexpr std::size_t most_at_once = std::size_t{64} * 1024;
/// Fits an Ethernet frame behind either IP header: 1500 - 40 - 8 (RFC 8200 §3, RFC 768).
constexpr std::size_t longest_datagram_sent = 1452;
constexpr Duration udp_patience = 1s;

struct Joined {
    Network& network;
    Stream stream;
    Socket peer;
    PipeOptions options;
    Piped piped;
    Instant heard;         ///< when the peer last said something, or the input ended
    bool writing = false;  ///< the stream is slow to take what the peer said: the peer is not silent
    bool silent = false;   ///< the peer was, for too long

    Joined(Network& network_, Stream&& stream_, Socket&& peer_, PipeOptions options_)
        : network{network_}, stream{std::move(stream_)}, peer{std::move(peer_)}, options{options_} {}

    bool is_udp() const { return options.transport == Transport::udp; }
    void fail(Piped::Side side, const Error& error) {
        if (piped.error) return;  // the first is the cause
        piped.failed = side;
        piped.error = error;
    }
};

/// @returns false: nothing can be sent any more
Task<bool> send_input(Joined& joined) {
    const std::size_t most = joined.is_udp() ? longest_datagram_sent : most_at_once;
    for (;;) {
        Result<Bytes> input = co_await joined.stream.read(most);
        if (!input) {
            joined.fail(Piped::Side::stream, input.error());
            co_return true;  // what was read has been sent, and its answers are still welcome
        }
        if (input->empty()) co_return true;
        joined.piped.unsent = input->size();
        Result<void> sent = co_await joined.peer.sendall(*input);
        const std::size_t octets = sent ? input->size() : sent.error().transferred();
        joined.piped.sent += octets;
        joined.piped.unsent -= octets;
        if (sent) continue;
        joined.fail(Piped::Side::peer, sent.error());
        co_return false;
    }
}

/// Closes the socket under the receiving task once the peer has been silent for too long.
Task<> watch_silence(Joined& joined, Duration patience) {
    joined.heard = joined.network.now();
    Instant at = joined.heard + patience;
    do {
        Result<void> slept = co_await joined.network.sleep_until(at);
        if (!slept) co_return;
        at = (joined.writing ? joined.network.now() : joined.heard) + patience;
    } while (joined.network.now() < at);
    joined.silent = true;
    joined.peer.close();
}

Task<> send_side(std::shared_ptr<Joined> joined) {
    const bool can_send = co_await send_input(*joined);
    if (!can_send) {
        // After an RST the receiving task still finds what arrived before it, and then its own end.
        if (joined->piped.error != Errc::reset) joined->peer.close();
        co_return;
    }
    if (!joined->is_udp())
        if (Result<void> done = joined->peer.shutdown(Shutdown::write); !done) co_return;
    std::optional<Duration> patience = joined->options.patience;
    if (!patience && joined->is_udp()) patience = udp_patience;
    if (patience) co_await watch_silence(*joined, *patience);
}

/// Until the peer has finished, or something has failed.
Task<> receive_side(Joined& joined) {
    for (;;) {
        Result<Bytes> answer = co_await joined.peer.recv(most_at_once);
        if (!answer) {
            if (joined.silent && joined.is_udp()) co_return;
            joined.fail(Piped::Side::peer, joined.silent ? Error{Errc::timed_out, "recv"} : answer.error());
            co_return;
        }
        if (answer->empty() && !joined.is_udp()) co_return;
        joined.writing = true;
        Result<void> written = co_await joined.stream.write(*answer);
        joined.writing = false;
        joined.heard = joined.network.now();
        joined.piped.received += written ? answer->size() : written.error().transferred();
        if (written) continue;
        joined.fail(Piped::Side::stream, written.error());
        co_return;
    }
}

}  // namespace

Task<Piped> pipe(Network& network, Stream stream, Socket peer, PipeOptions options) {
    auto joined = std::make_shared<Joined>(network, std::move(stream), std::move(peer), options);
    std::stop_source sending;
    network.spawn(send_side(joined), sending.get_token());
    co_await receive_side(*joined);
    // The sender sees this in a turn of its own and lets go of the socket; what it does by then is
    // not this pipe's any more.
    sending.request_stop();
    co_return joined->piped;
}

}  // namespace sockeye::app
