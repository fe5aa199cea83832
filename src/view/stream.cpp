#include "view/stream.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "view/stream_kinds.hpp"

namespace sockeye::view {
namespace {

constexpr Duration a_look = 5ms;  // between two looks at what there is

struct Kind {
    std::string_view verb;
    std::unique_ptr<Stream> (*open)(RunningLab&, const Request&);
};
constexpr std::array kinds{Kind{"capture", capture_stream}, Kind{"trace", trace_stream},
                           Kind{"follow", ladder_stream}};

std::string line_of(Answer answer, bool more) {
    answer.more = more;
    return write_answer(answer);
}

Task<bool> say(Socket& client, std::string line) {
    Result<void> sent = co_await client.sendall(line, Deadline::never());
    co_return sent.has_value();
}

/// Whoever has nothing to say any more has gone.
Task<bool> is_there(Socket& client) {
    constexpr std::size_t block = 4096;
    Result<Bytes> said = co_await client.recv(block, Duration::zero());
    co_return said ? !said->empty() : said.error() == Errc::timed_out;
}

}  // namespace

std::unique_ptr<Stream> open_stream(RunningLab& running, const Request& request) {
    const auto* const kind = std::ranges::find(kinds, request.verb, &Kind::verb);
    return kind == kinds.end() ? nullptr : kind->open(running, request);
}

Task<> serve_stream(Network& machine, Socket& client, RunningLab& running, Stream& stream) {
    struct Counted {
        std::size_t& streams;
        ~Counted() { --streams; }
    } counted{++running.streams};
    std::string line = line_of(stream.opening(), /*more=*/true);
    bool goes_on = co_await say(client, std::move(line));
    while (goes_on) {
        const bool is_last = running.has_ended || stream.is_over();
        std::optional<Answer> piece = stream.take();
        if (piece) {
            line = line_of(std::move(*piece), /*more=*/true);
            goes_on = co_await say(client, std::move(line));
            continue;
        }
        if (is_last) break;
        goes_on = co_await is_there(client);
        Result<void> slept = co_await machine.sleep(a_look);
        if (!slept) goes_on = false;
    }
    if (!goes_on) co_return;
    line = line_of(stream.closing(), /*more=*/false);
    static_cast<void>(co_await say(client, std::move(line)));
}

Task<> finish_streams(Network& machine, RunningLab& running) {
    constexpr Duration patience = 2s;
    running.has_ended = true;
    const Instant until = machine.now() + patience;
    while (running.streams > 0 && machine.now() < until) {
        Result<void> slept = co_await machine.sleep(a_look);
        if (!slept) co_return;
    }
}

}  // namespace sockeye::view
