// What the files of makefile() remember between calls: so that nothing is lost when one fails.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "socket/backend.hpp"
#include "sockeye/makefile.hpp"

namespace sockeye::backend {

struct FileState {
    sockeye::Network* network = nullptr;
    Hold socket;  ///< none: closed
    std::optional<Duration> timeout;
    TextOptions options;

    // Reading
    std::vector<std::byte> incoming;
    std::size_t taken = 0;  ///< octets of `incoming` that were handed out
    bool ended = false;     ///< the peer has finished
    Utf8Decoder decoder{};
    std::string text;              ///< decoded, lines' ends translated, and not handed out yet
    bool skips_line_feed = false;  ///< a "\r" was the last character, and stands for "\r\n" too

    // Writing
    std::string outgoing;
    std::size_t sent = 0;  ///< octets of `outgoing`

    std::size_t buffered() const { return incoming.size() - taken; }
    BytesView unread() const { return std::span<const std::byte>{incoming}.subspan(taken); }
    Bytes take(std::size_t octets);
    /// One receive, towards so many octets in all.
    Result<void> fill(std::size_t wanted);
    /// Sends until nothing of `outgoing` is left.
    Result<void> flush();
};

// Text (text_file.cpp)

Result<std::string> try_text_line(Request& request);
Result<std::string> try_text_to_end(Request& request);

/// What "\n" is written as; empty: as it is.
std::string_view written_line_end(const FileState* file);
/// `text` with each "\n" as `ending`.
Bytes with_line_ends(std::string_view text, std::string_view ending);

}  // namespace sockeye::backend
