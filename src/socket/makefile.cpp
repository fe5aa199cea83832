#include "sockeye/makefile.hpp"

#include <algorithm>

#include "socket/calls.hpp"
#include "socket/file_state.hpp"

namespace sockeye {

using backend::Call;
using backend::Extra;
using backend::FileState;
using backend::Interest;
using backend::Request;

namespace {

/// Octets that one receive makes room for, whatever was asked for.
constexpr std::size_t most_at_once = 65536;

}  // namespace

Bytes FileState::take(std::size_t octets) {
    Bytes bytes{octets};
    std::copy_n(incoming.begin() + static_cast<std::ptrdiff_t>(taken), octets, bytes.begin());
    taken += octets;
    if (taken == incoming.size()) {
        incoming.clear();
        taken = 0;
    }
    return bytes;
}

Result<void> FileState::fill(std::size_t wanted) {
    const FileOptions& file = options.file;
    std::size_t room = wanted - buffered();
    if (file.buffering != Buffering::none) room = std::max(room, file.buffer);
    room = std::clamp<std::size_t>(room, 1, most_at_once);
    if (taken > incoming.size() / 2) {
        incoming.erase(incoming.begin(), incoming.begin() + static_cast<std::ptrdiff_t>(taken));
        taken = 0;
    }
    const std::size_t before = incoming.size();
    incoming.resize(before + room);
    Result<std::size_t> received = socket->receive_into(std::span{incoming}.subspan(before));
    incoming.resize(before + received.value_or(0));
    if (!received) return std::unexpected{std::move(received.error())};
    ended = *received == 0;
    return {};
}

Result<void> FileState::flush() {
    while (sent < outgoing.size()) {
        const std::string_view rest = std::string_view{outgoing}.substr(sent);
        Result<std::size_t> went = socket->send(BytesView{rest}.span());
        if (!went) return std::unexpected{std::move(went.error())};
        sent += *went;
    }
    outgoing.clear();
    sent = 0;
    return {};
}

namespace {

FileState& file_of(Request& request) {
    return *request.extra->file;
}

/// For a call on the file; fails where the file is closed.
Request file_request(const std::shared_ptr<FileState>& file, Deadline deadline) {
    const bool is_open = file && file->socket;
    Request request =
        is_open ? backend::within(file->socket.get(), deadline, file->timeout) : Request{nullptr};
    if (!is_open) request.set_failure(Errc::closed);
    backend::extra_of(request).file = file;
    return request;
}

Request reading(const std::shared_ptr<FileState>& file, std::size_t size, Deadline deadline) {
    Request request = file_request(file, deadline);
    if (request.target != nullptr && file->options.file.mode == FileMode::write)
        request.set_failure(Errc::unsupported);
    request.set_size(size);
    return request;
}

Request writing(const std::shared_ptr<FileState>& file, Deadline deadline) {
    Request request = file_request(file, deadline);
    if (request.target != nullptr && file->options.file.mode == FileMode::read)
        request.set_failure(Errc::unsupported);
    return request;
}

// --- octets

Result<Bytes> try_read(Request& request) {
    FileState& file = file_of(request);
    while (file.buffered() < request.size && !file.ended)
        if (Result<void> filled = file.fill(request.size); !filled)
            return std::unexpected{std::move(filled.error())};
    file.ended = false;  // asked again, the socket says it again, or why it was none
    return file.take(std::min(request.size, file.buffered()));
}

Error ended_early(const FileState& file) {
    return {Errc::ended_early, "", "after " + std::to_string(file.buffered()) + " octets"};
}

Result<Bytes> try_readexactly(Request& request) {
    FileState& file = file_of(request);
    while (file.buffered() < request.size) {
        if (Result<void> filled = file.fill(request.size); !filled)
            return std::unexpected{std::move(filled.error())};
        if (file.ended) return std::unexpected{ended_early(file)};
    }
    return file.take(request.size);
}

/// Where the separator ends, 0 where it does not within the limit. Reads on as long as it may come.
/// @returns also 0 where the peer has finished
Result<std::size_t> find_end(Request& request) {
    FileState& file = file_of(request);
    Extra& extra = *request.extra;
    while (true) {
        const std::string_view text = file.unread().text().substr(0, request.size);
        const std::size_t at = text.find(extra.separator, extra.scanned);
        if (at != std::string_view::npos) return at + extra.separator.size();
        if (text.size() == request.size) return 0;
        extra.scanned = text.size() - std::min(text.size(), extra.separator.size() - 1);
        if (Result<void> filled = file.fill(text.size() + 1); !filled)
            return std::unexpected{std::move(filled.error())};
        if (file.ended) return 0;
    }
}

Result<Bytes> try_readline(Request& request) {
    Result<std::size_t> end = find_end(request);
    if (!end) return std::unexpected{std::move(end.error())};
    FileState& file = file_of(request);
    return file.take(*end > 0 ? *end : std::min(request.size, file.buffered()));
}

Result<Bytes> try_readuntil(Request& request) {
    Result<std::size_t> end = find_end(request);
    if (!end) return std::unexpected{std::move(end.error())};
    FileState& file = file_of(request);
    if (*end > 0) return file.take(*end);
    if (file.buffered() < request.size) return std::unexpected{ended_early(file)};
    return std::unexpected{
        Error{Errc::message_too_large, "", "no end within " + std::to_string(request.size) + " octets"}};
}

// --- writing

Result<void> try_write(Request& request) {
    FileState& file = file_of(request);
    const FileOptions& options = file.options.file;
    const std::size_t room = options.buffering == Buffering::none ? 0 : options.buffer;
    while (request.done < request.size) {
        const std::string_view rest{reinterpret_cast<const char*>(request.data) + request.done,
                                    request.size - request.done};
        if (file.outgoing.empty() && rest.size() >= room) {  // a copy would serve nobody
            Result<std::size_t> sent = file.socket->send(BytesView{rest}.span());
            if (!sent) return std::unexpected{std::move(sent.error())};
            request.done += *sent;
            continue;
        }
        const std::size_t octets = std::min(rest.size(), room - std::min(room, file.outgoing.size()));
        file.outgoing += rest.substr(0, octets);
        request.done += octets;
        if (file.outgoing.size() >= room)
            if (Result<void> flushed = file.flush(); !flushed) return flushed;
    }
    const std::string_view all{reinterpret_cast<const char*>(request.data), request.size};
    if (options.buffering == Buffering::line && all.find_first_of("\n\r") != std::string_view::npos)
        return file.flush();
    return {};
}

Result<void> try_flush(Request& request) {
    return file_of(request).flush();
}

Result<void> try_close(Request& request) {
    FileState& file = file_of(request);
    if (!file.socket) return {};
    Result<void> flushed = file.flush();
    if (!flushed && flushed.error() == Errc::would_block && request.may_wait) return flushed;
    file.socket.let_go();
    return flushed;
}

Result<void> nothing_to_close(Request&) {
    return {};
}

constexpr Call<Bytes> read_call{"read", Interest::read, &try_read};
constexpr Call<Bytes> readexactly_call{"readexactly", Interest::read, &try_readexactly};
constexpr Call<Bytes> readline_call{"readline", Interest::read, &try_readline};
constexpr Call<Bytes> readuntil_call{"readuntil", Interest::read, &try_readuntil};
constexpr Call<std::string> text_line_call{"readline", Interest::read, &backend::try_text_line};
constexpr Call<std::string> readall_call{"readall", Interest::read, &backend::try_text_to_end};
constexpr Call<void> write_call{"write", Interest::write, &try_write};
constexpr Call<void> flush_call{"flush", Interest::write, &try_flush};
constexpr Call<void> close_call{"close", Interest::write, &try_close};
constexpr Call<void> close_nothing_call{"close", Interest::write, &nothing_to_close};

}  // namespace

FileBase::FileBase(std::shared_ptr<FileState> state) : state_{std::move(state)} {}
FileBase::FileBase(FileBase&&) noexcept = default;

FileBase& FileBase::operator=(FileBase&& other) noexcept {
    FileBase replaced{std::move(*this)};  // which flushes, if it is the last
    state_ = std::move(other.state_);
    return *this;
}

/// An operation that waits holds the state too, and goes on with it.
FileBase::~FileBase() {
    if (state_ && state_->socket && state_.use_count() == 1) (void)state_->flush();
}

bool FileBase::is_open() const {
    return state_ && state_->socket.get() != nullptr;
}

Op<void> FileBase::write(BytesView bytes, Deadline deadline) {
    Request write = writing(state_, deadline);
    const std::string_view ending = backend::written_line_end(state_.get());
    if (ending.empty())
        return {write_call, backend::with_buffer(std::move(write), bytes.data(), bytes.size())};
    Bytes& block = write.extra->block = backend::with_line_ends(bytes.text(), ending);
    return {write_call, backend::with_buffer(std::move(write), block.data(), block.size())};
}

Op<void> FileBase::flush(Deadline deadline) {
    return {flush_call, writing(state_, deadline)};
}

Op<void> FileBase::close(Deadline deadline) {
    // Closing what is closed, or only reads, does nothing or little.
    if (!is_open()) return {close_nothing_call, Request{nullptr}};
    return {close_call, file_request(state_, deadline)};
}

Op<Bytes> SocketFile::read(std::size_t most, Deadline deadline) {
    return {read_call, reading(state_, most, deadline)};
}

Op<Bytes> SocketFile::readexactly(std::size_t octets, Deadline deadline) {
    return {readexactly_call, reading(state_, octets, deadline)};
}

Op<Bytes> SocketFile::readline(std::size_t limit, Deadline deadline) {
    Request readline = reading(state_, limit, deadline);
    readline.extra->separator = "\n";
    return {readline_call, std::move(readline)};
}

Op<Bytes> SocketFile::readuntil(std::string separator, std::size_t limit, Deadline deadline) {
    Request readuntil = reading(state_, limit, deadline);
    if (separator.empty()) readuntil.set_failure(Errc::invalid_argument);
    readuntil.extra->separator = std::move(separator);
    return {readuntil_call, std::move(readuntil)};
}

namespace {

std::shared_ptr<FileState> file_over(Network* network, backend::Hold socket, std::optional<Duration> timeout,
                                     TextOptions options) {
    auto file = std::make_shared<FileState>();
    file->network = network;
    file->timeout = timeout;
    file->options = options;
    file->decoder = Utf8Decoder{options.malformed};
    file->socket = std::move(socket);  // or none, where the socket is closed
    return file;
}

}  // namespace

SocketFile Socket::makefile() {
    return makefile(FileOptions{});
}

SocketFile Socket::makefile(FileOptions options) {
    return SocketFile{
        file_over(network_, hold(), gettimeout(), {.newline = Newline::untranslated, .file = options})};
}

// --- text

TextFile Socket::makefile(TextOptions options) {
    return TextFile{file_over(network_, hold(), gettimeout(), options)};
}

Op<std::string> TextFile::readline(std::size_t limit, Deadline deadline) {
    return {text_line_call, reading(state_, limit, deadline)};
}

Op<std::string> TextFile::readall(std::size_t limit, Deadline deadline) {
    return {readall_call, reading(state_, limit, deadline)};
}

}  // namespace sockeye
