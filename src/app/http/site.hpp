// A folder as a web site: what a request gets, without I/O but the folder's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/http/message.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::app::http {

/// What goes out for one request. The body is `text`, or `length` octets of `file` from `offset` on.
struct Reply {
    Status status = Status::ok;
    std::vector<Field> fields{};  ///< those of the content; the server adds its own
    std::string text{};
    std::optional<File> file{};
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  ///< octets of the body
};

/// A page that says so.
Reply reply_with(Status status);

/// GET and HEAD alike: for HEAD, the server leaves the body out. A folder is its index.html, or a list of
/// what is in it. Nothing outside of `files` is reached: Directory sees to that.
Reply reply_to(const Request& request, Directory& files);

/// "text/html; charset=utf-8" for "index.html"; application/octet-stream where the name says nothing.
std::string_view media_type(std::string_view path);

/// Part of a file: "bytes=0-99", "bytes=100-", "bytes=-50" (RFC 9110 §14.1.2).
struct Range {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool is_whole = true;
};

/// @returns the whole for a field that is none, or has several ranges (RFC 9110 §14.2 lets a server ignore
///   those); nothing: no octet of `size` is in it
std::optional<Range> read_range(std::string_view field, std::uint64_t size);

}  // namespace sockeye::app::http
