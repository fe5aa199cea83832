// Socket::makefile: a connection as a buffered file, of octets or of text.
//
//     TextFile lines = socket.makefile(TextOptions{.newline = Newline::crlf});
//     while (auto line = co_await lines.readline()) { if (line->empty()) break; … }
//
// Several files may be made of one socket. The connection stays open until the socket and every
// file of it are closed or destroyed, in whichever order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "sockeye/socket.hpp"
#include "sockeye/utf8.hpp"

namespace sockeye {

namespace backend {
struct FileState;
}

enum class FileMode : std::uint8_t { read, write, both };

enum class Buffering : std::uint8_t {
    none,  ///< takes from the socket, and leaves here, nothing but what was asked for
    line,  ///< what is written is sent once there is a line end in it
    full,
};

struct FileOptions {
    FileMode mode = FileMode::both;
    Buffering buffering = Buffering::full;
    std::size_t buffer = 8192;  ///< octets, each way
};

/// What ends a line: Python's `newline`.
enum class Newline : std::uint8_t {
    universal,     ///< "\n", "\r" or "\r\n", read as "\n"; written as "\n"
    untranslated,  ///< the same three, as they come
    lf,            ///< "\n" alone
    cr,            ///< "\r" alone; "\n" is written as "\r"
    crlf,          ///< "\r\n" alone; "\n" is written as "\r\n"
};

struct TextOptions {
    Newline newline = Newline::universal;
    Utf8Decoder::Malformed malformed = Utf8Decoder::Malformed::refuse;
    FileOptions file{};
};

/// Octets of a line, or of whatever else ends with a separator, that a hostile peer is granted.
inline constexpr std::size_t default_limit = 65536;

/// What both kinds of file have. One task reads at a time, and one writes. What a call has received
/// when it fails, or is withdrawn, stays for the next. Timeout: the socket's when it was made.
class FileBase {
public:
    /// Into the buffer, and as much further as it takes for that.
    Op<void> write(BytesView bytes, Deadline deadline = {});
    /// Sends what the buffer holds.
    Op<void> flush(Deadline deadline = {});
    /// Flushes, then lets go of the connection. The destructor flushes only what needs no waiting.
    Op<void> close(Deadline deadline = {});
    bool is_open() const;

protected:
    explicit FileBase(std::shared_ptr<backend::FileState> state);
    FileBase(FileBase&&) noexcept;
    FileBase& operator=(FileBase&&) noexcept;
    ~FileBase();

    std::shared_ptr<backend::FileState> state_;
};

class SocketFile : public FileBase {
public:
    explicit SocketFile(std::shared_ptr<backend::FileState> state) : FileBase{std::move(state)} {}

    /// `most` octets; fewer, or none, only where the peer has finished.
    Op<Bytes> read(std::size_t most, Deadline deadline = {});
    /// @returns ended_early: the peer has finished; what there is stays
    Op<Bytes> readexactly(std::size_t octets, Deadline deadline = {});
    /// A line with its "\n"; without one where the peer has finished, or at `limit` octets.
    /// Empty: the end.
    Op<Bytes> readline(std::size_t limit = default_limit, Deadline deadline = {});
    /// Everything up to and with `separator`.
    /// @returns message_too_large: not within `limit` octets; ended_early. What there is stays
    Op<Bytes> readuntil(std::string separator, std::size_t limit = default_limit, Deadline deadline = {});
};

/// UTF-8 whose characters are never cut. Errors besides: invalid_argument, where it is none.
class TextFile : public FileBase {
public:
    explicit TextFile(std::shared_ptr<backend::FileState> state) : FileBase{std::move(state)} {}

    /// A line with its end; without one where the peer has finished, or at `limit` octets.
    /// Empty: the end.
    Op<std::string> readline(std::size_t limit = default_limit, Deadline deadline = {});
    /// Everything until the peer has finished. @returns message_too_large; what there is stays
    Op<std::string> readall(std::size_t limit, Deadline deadline = {});
};

}  // namespace sockeye
