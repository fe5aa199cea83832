#include "app/chat/turns.hpp"

#include <optional>

#include "app/chat/line.hpp"
#include "app/printable.hpp"
#include "app/sizes.hpp"

namespace sockeye::app::chat {
namespace {

constexpr Duration between_segments = 50ms;  // of one message, which TCP may have cut
constexpr std::size_t longest_message = std::size_t{64} * 1024;

struct Turns {
    Turns(Stream& stream_, Socket&& peer_, Manners&& manners_, Notices&& notices_)
        : stream{stream_},
          peer{std::move(peer_)},
          manners{std::move(manners_)},
          notices{std::move(notices_)} {}

    Stream& stream;
    Socket peer;
    Manners manners;
    Notices notices;
    LineReader typed;
    std::string unread;  ///< typed ahead
    Piped piped;

    bool is_goodbye(std::string_view text) const { return !manners.bye.empty() && text == manners.bye; }
    void fail(Piped::Side side, const Error& error) {
        piped.failed = side;
        piped.error = error;
    }
};

/// The next line that says something. Nothing: there are no more.
Task<std::optional<std::string>> next_line(Turns& turns) {
    for (;;) {
        std::string_view octets = turns.unread;
        std::optional<Line> line = turns.typed.take(octets);
        turns.unread = std::string{octets};
        if (!line) {
            Result<Bytes> input = co_await turns.stream.read(piece_of_talk);
            if (!input) {
                turns.fail(Piped::Side::stream, input.error());
                co_return std::nullopt;
            }
            turns.unread = input->text();
            if (input->empty()) line = turns.typed.rest();
            turns.piped.input_ended = input->empty();
            if (input->empty() && !line) co_return std::nullopt;
        }
        if (line && !line->text.empty()) co_return std::move(line->text);
        if (line) turns.notices("an empty line says nothing, and it is still your turn: type something");
    }
}

/// @returns false: that was the last turn
Task<bool> speak(Turns& turns) {
    const std::optional<std::string> line = co_await next_line(turns);
    if (!line) co_return false;
    Result<void> sent = co_await turns.peer.sendall(*line);
    turns.piped.sent += sent ? line->size() : sent.error().transferred();
    if (!sent) turns.fail(Piped::Side::peer, sent.error());
    co_return sent && !turns.is_goodbye(*line);
}

/// What a peer that sends lines adds: LF as nc, CR LF as Telnet (RFC 854).
void strip_line_end(std::string& message) {
    if (!message.ends_with('\n')) return;
    message.pop_back();
    if (message.ends_with('\r')) message.pop_back();
}

/// @returns false: that was the last turn
Task<bool> hear(Turns& turns) {
    std::string message;
    Deadline deadline;
    while (message.size() < longest_message) {
        Result<Bytes> piece = co_await turns.peer.recv(piece_of_talk, deadline);
        if (!piece && !message.empty()) break;  // it is whole, or the next turn tells what is wrong
        if (!piece) {
            turns.fail(Piped::Side::peer, piece.error());
            co_return false;
        }
        if (piece->empty() && message.empty()) co_return false;
        if (piece->empty()) break;
        message += piece->text();
        deadline = between_segments;
    }
    turns.piped.received += message.size();
    strip_line_end(message);
    Result<void> shown = co_await turns.stream.write(printable(message) + '\n');
    if (!shown) turns.fail(Piped::Side::stream, shown.error());
    co_return shown && !turns.is_goodbye(message);
}

}  // namespace

Task<Piped> take_turns(Stream& stream, Socket peer, First first, Manners manners, Notices notices) {
    Turns turns{stream, std::move(peer), std::move(manners), std::move(notices)};
    bool goes_on = true;
    for (bool here = first == First::here; goes_on; here = !here) {
        if (here)
            goes_on = co_await speak(turns);
        else
            goes_on = co_await hear(turns);
    }
    co_return turns.piped;
}

}  // namespace sockeye::app::chat
