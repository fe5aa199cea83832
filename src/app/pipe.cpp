// Two tasks, one a direction. The peer decides when it is over, and the sending task may at that moment
// wait for a person at a terminal; so both share what they work on, and the sender is told to stop.
#include "app/pipe.hpp"

#include <algorithm>
#include <memory>
#include <stop_token>
#include <utility>

#include "app/sizes.hpp"
#include "sockeye/event.hpp"

namespace sockeye::app {
namespace {

constexpr Duration udp_patience = 1s;

struct Joined {
    Network& network;
    Stream stream;
    Socket peer;
    PipeOptions options;
    Filters filters;
    Piped piped;
    Instant heard;        ///< when the peer last said something, or the input ended
    Event written;        ///< nobody writes to the stream: if somebody does, the peer is not silent
    bool silent = false;  ///< the peer was, for too long

    Joined(Network& network_, Stream&& stream_, Socket&& peer_, PipeOptions options_, Filters&& filters_)
        : network{network_},
          stream{std::move(stream_)},
          peer{std::move(peer_)},
          options{options_},
          filters{std::move(filters_)},
          written{network_} {
        written.set();
    }

    bool is_udp() const { return options.transport == Transport::udp; }
    void fail(Piped::Side side, const Error& error) {
        if (piped.error) return;  // the first is the cause
        piped.failed = side;
        piped.error = error;
    }
};

/// One at a time: both directions may have something to show.
Task<Result<void>> show(Joined& joined, BytesView bytes) {
    while (!joined.written.is_set()) {
        Result<void> waited = co_await joined.written.wait();
        if (!waited) co_return waited;
    }
    joined.written.clear();
    Result<void> written = co_await joined.stream.write(bytes);
    joined.written.set();
    co_return written;
}

/// @returns false: nothing can be sent any more
Task<bool> send_piece(Joined& joined, BytesView bytes) {
    joined.piped.unsent = bytes.size();
    Result<void> sent = co_await joined.peer.sendall(bytes);
    const std::size_t octets = sent ? bytes.size() : sent.error().transferred();
    joined.piped.sent += octets;
    joined.piped.unsent -= octets;
    if (!sent) joined.fail(Piped::Side::peer, sent.error());
    co_return sent.has_value();
}

Task<bool> send_filtered(Joined& joined, std::string bytes) {
    const std::string aside = joined.filters.outgoing->aside();
    if (!aside.empty()) {
        Result<void> shown = co_await show(joined, aside);
        if (!shown) joined.fail(Piped::Side::stream, shown.error());
    }
    if (bytes.empty()) co_return true;
    const bool sent = co_await send_piece(joined, bytes);
    co_return sent;
}

/// @returns false: nothing can be sent any more
Task<bool> send_input(Joined& joined) {
    const std::size_t most = joined.is_udp() ? datagram_in_a_frame : piece_of_file;
    Filter* const filter = joined.filters.outgoing.get();
    while (filter == nullptr || !filter->has_enough()) {
        Result<Bytes> input = co_await joined.stream.read(most);
        if (!input) {
            if (input.error() == Errc::cancelled) co_return true;  // the pipe is over
            joined.fail(Piped::Side::stream, input.error());
            break;  // what was read has been sent, and its answers are still welcome
        }
        joined.piped.input_ended = input->empty();
        if (input->empty()) break;
        bool sent = false;
        if (filter == nullptr)
            sent = co_await send_piece(joined, *input);
        else
            sent = co_await send_filtered(joined, filter->pass(*input));
        if (!sent) co_return false;
    }
    if (filter == nullptr) co_return true;
    const bool sent = co_await send_filtered(joined, filter->end());
    co_return sent;
}

/// Closes the socket under the receiving task once the peer has been silent for too long.
Task<> watch_silence(Joined& joined, Duration patience) {
    joined.heard = joined.network.now();
    Instant at = joined.heard + patience;
    do {
        Result<void> slept = co_await joined.network.sleep_until(at);
        if (!slept) co_return;
        at = (joined.written.is_set() ? joined.heard : joined.network.now()) + patience;
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

/// @returns false: it could not be written
Task<bool> show_answer(Joined& joined, BytesView answer) {
    joined.piped.received += answer.size();
    Filter* const filter = joined.filters.incoming.get();
    const std::string filtered = filter == nullptr ? std::string{} : filter->pass(answer);
    Result<void> shown = co_await show(joined, filter == nullptr ? answer : BytesView{filtered});
    joined.heard = joined.network.now();
    if (!shown) joined.fail(Piped::Side::stream, shown.error());
    co_return shown.has_value();
}

/// Until the peer has finished, or something has failed.
Task<> receive_side(Joined& joined) {
    for (;;) {
        Result<Bytes> answer = co_await joined.peer.recv(piece_of_file);
        if (!answer) {
            if (joined.silent && joined.is_udp()) co_return;
            joined.fail(Piped::Side::peer, joined.silent ? Error{Errc::timed_out, "recv"} : answer.error());
            co_return;
        }
        if (answer->empty() && !joined.is_udp()) co_return;
        const bool shown = co_await show_answer(joined, *answer);
        if (!shown) co_return;
    }
}

/// What the incoming filter kept back is shown, whatever the end was.
Task<> show_rest(Joined& joined) {
    if (!joined.filters.incoming) co_return;
    const std::string rest = joined.filters.incoming->end();
    if (rest.empty()) co_return;
    Result<void> shown = co_await show(joined, rest);
    if (!shown) joined.fail(Piped::Side::stream, shown.error());
}

}  // namespace

Task<Piped> pipe(Network& network, Stream stream, Socket peer, PipeOptions options, Filters filters) {
    auto joined =
        std::make_shared<Joined>(network, std::move(stream), std::move(peer), options, std::move(filters));
    std::stop_source sending;
    network.spawn(send_side(joined), sending.get_token());
    co_await receive_side(*joined);
    co_await show_rest(*joined);
    // The sender sees this in a turn of its own and lets go of the socket; what it does by then is
    // not this pipe's any more.
    sending.request_stop();
    co_return joined->piped;
}

}  // namespace sockeye::app
