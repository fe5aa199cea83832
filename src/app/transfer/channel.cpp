#include "app/transfer/channel.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace sockeye::app::transfer {
namespace {

/// A block's frame and the head of the next: after it, nothing has to be moved.
constexpr std::size_t buffer_size = data_offset + block_size + Head::size;
constexpr Duration last_words = 5s;
constexpr std::size_t alike = 8;  ///< octets that all greetings have in common

}  // namespace

Channel::Channel(Network& network, Socket connection, Duration patience)
    : network_{network}, connection_{std::move(connection)}, patience_{patience}, buffer_(buffer_size) {}

Error Channel::lost(Error error) {
    is_lost_ = true;
    return error;
}

Task<Result<void>> Channel::greet(Role own) {
    const std::string_view greeting = greeting_of(own);
    Result<void> said = co_await send(BytesView{greeting}.span());
    if (!said) co_return said;
    std::string_view words;
    do {  // others may say less than a greeting, and then wait
        Result<void> heard = co_await fill(words.size() + 1, patience_);
        if (!heard) co_return heard;
        words = BytesView{std::span<const std::byte>{buffer_}.subspan(begin_, end_ - begin_)}.text();
    } while (words.size() < greeting_size && greeting.starts_with(words.substr(0, alike)));
    words = words.substr(0, greeting_size);
    Result<void> fits = check_greeting(words, own);
    if (!fits) co_return std::unexpected{lost(fits.error())};
    begin_ += words.size();
    co_return fits;
}

/// Receives until `octets` are there, and the next head if it comes with them.
Task<Result<void>> Channel::fill(std::size_t octets, Deadline deadline) {
    if (buffer_.size() - begin_ < octets + Head::size) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    while (end_ - begin_ < octets) {
        const std::size_t most = octets + Head::size - (end_ - begin_);
        Result<std::size_t> part =
            co_await connection_.recv_into(std::span{buffer_}.subspan(end_, most), deadline);
        if (!part)
            co_return std::unexpected{part.error() == Errc::timed_out ? part.error() : lost(part.error())};
        if (*part == 0)
            co_return std::unexpected{
                lost({Errc::closed, "recv", "the other end has gone before the transfer was done"})};
        end_ += *part;
    }
    co_return {};
}

Task<Result<Message>> Channel::next(Deadline deadline) {
    Result<void> filled = co_await fill(Head::size, deadline);
    if (!filled) co_return std::unexpected{filled.error()};
    const std::span<const std::byte> all{buffer_};
    const Result<Head> head = parse_head(all.subspan(begin_, Head::size));
    if (!head) co_return std::unexpected{head.error()};
    filled = co_await fill(Head::size + head->length, patience_);
    if (!filled) co_return std::unexpected{filled.error()};
    Result<Message> message = parse_body(*head, all.subspan(begin_ + Head::size, head->length));
    begin_ += Head::size + head->length;
    if (!message) co_return message;
    if (const auto* failure = std::get_if<Failure>(&*message)) {
        theirs_ = Error{failure->code, "recv", "the other end: " + failure->text};
        co_return std::unexpected{lost(*theirs_)};
    }
    co_return message;
}

Task<Result<Message>> Channel::receive() {
    return next(patience_);
}

Task<Result<Message>> Channel::receive_whenever() {
    return next(Deadline::never());
}

/// A sender hears nothing but Failure while it sends.
Task<Result<void>> Channel::check() {
    if (end_ == begin_) {
        Result<std::size_t> part =
            co_await connection_.recv_into(std::span{buffer_}.first(Head::size), Deadline{0s});
        if (!part && part.error() == Errc::timed_out) co_return {};
        if (!part) co_return std::unexpected{lost(part.error())};
        begin_ = 0;
        end_ = *part;
        if (*part == 0)
            co_return std::unexpected{
                lost({Errc::closed, "recv", "the other end has gone before the transfer was done"})};
    }
    Result<Message> message = co_await receive();
    if (!message) co_return std::unexpected{message.error()};
    co_return std::unexpected{Error{Errc::input_output, "recv", "the other end speaks out of turn"}};
}

/// Where the other end has gone, what it said before is why.
Task<Result<void>> Channel::send(std::span<const std::byte> frames) {
    std::size_t sent = 0;
    while (sent < frames.size()) {
        Result<std::size_t> part = co_await connection_.send(frames.subspan(sent), patience_);
        if (part) {
            sent += *part;
            continue;
        }
        is_lost_ = true;
        if (part.error() == Errc::timed_out) co_return std::unexpected{part.error()};
        Result<Message> last = co_await receive();
        if (last) co_return std::unexpected{part.error()};
        co_return std::unexpected{theirs_.value_or(part.error())};
    }
    co_return {};
}

Task<Result<void>> Channel::say(Message message) {
    std::vector<std::byte> frame;
    write(frame, message);
    Result<void> sent = co_await send(frame);
    co_return sent;
}

Task<> Channel::tell(Error why) {
    if (is_lost_) co_return;
    std::string text{describe(why.code())};
    if (!why.detail().empty()) text.append(": ").append(why.detail());
    std::vector<std::byte> frame;
    write(frame, Failure{why.code(), std::move(text)});
    const Instant until = network_.now() + last_words;
    Result<void> told = co_await connection_.sendall(std::span<const std::byte>{frame}, until);
    if (told) told = connection_.shutdown(Shutdown::write);
    while (told) {
        Result<std::size_t> ignored = co_await connection_.recv_into(buffer_, until);
        if (!ignored || *ignored == 0) co_return;
    }
}

}  // namespace sockeye::app::transfer
