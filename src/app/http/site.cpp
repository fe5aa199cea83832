#include "app/http/site.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "app/http/url.hpp"
#include "app/printable.hpp"

namespace sockeye::app::http {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8";

struct MediaType {
    std::string_view ending;
    std::string_view type;
};

// IANA's registry of media types; text is said to be UTF-8, as nearly all of it is.
constexpr std::array media_types{
    MediaType{".html", html},
    MediaType{".htm", html},
    MediaType{".css", "text/css; charset=utf-8"},
    MediaType{".js", "text/javascript; charset=utf-8"},
    MediaType{".mjs", "text/javascript; charset=utf-8"},
    MediaType{".json", "application/json"},
    MediaType{".txt", "text/plain; charset=utf-8"},
    MediaType{".md", "text/markdown; charset=utf-8"},
    MediaType{".csv", "text/csv; charset=utf-8"},
    MediaType{".xml", "application/xml"},
    MediaType{".pdf", "application/pdf"},
    MediaType{".svg", "image/svg+xml"},
    MediaType{".png", "image/png"},
    MediaType{".jpg", "image/jpeg"},
    MediaType{".jpeg", "image/jpeg"},
    MediaType{".gif", "image/gif"},
    MediaType{".webp", "image/webp"},
    MediaType{".ico", "image/vnd.microsoft.icon"},
    MediaType{".woff2", "font/woff2"},
    MediaType{".wasm", "application/wasm"},
    MediaType{".mp3", "audio/mpeg"},
    MediaType{".mp4", "video/mp4"},
    MediaType{".zip", "application/zip"},
    MediaType{".gz", "application/gzip"},
};

std::string escaped(std::string_view text) {
    std::string html_text;
    for (char c : printable(text)) {
        switch (c) {
            case '&': html_text += "&amp;"; break;
            case '<': html_text += "&lt;"; break;
            case '>': html_text += "&gt;"; break;
            case '"': html_text += "&quot;"; break;
            default: html_text += c;
        }
    }
    return html_text;
}

/// All but what RFC 3986 §2.3 calls unreserved.
std::string percent_encoded(std::string_view name) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string text;
    for (char c : name) {
        if (unreserved.contains(c))
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

Reply page(Status status, std::string title, std::string_view body) {
    Reply reply{.status = status};
    reply.fields = {{"Content-Type", std::string{html}}};
    reply.text = fmt::format(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n<h1>{0}</h1>\n{1}", title, body);
    reply.length = reply.text.size();
    return reply;
}

Status status_for(const Error& error) {
    if (error == Errc::not_found) return Status::not_found;
    if (error == Errc::permission_denied || error == Errc::invalid_argument) return Status::forbidden;
    return Status::internal_server_error;
}

Reply list_of(Directory& files, const std::string& path, std::string_view shown) {
    Result<std::vector<DirectoryEntry>> entries = files.list(path);
    if (!entries) return reply_with(status_for(entries.error()));
    std::ranges::sort(*entries, {}, &DirectoryEntry::name);
    std::string items;
    for (const DirectoryEntry& entry : *entries) {
        const std::string_view slash = entry.kind == FileKind::directory ? "/" : "";
        // "./" in front, lest a name with a colon look like a scheme (RFC 3986 §4.2).
        items += fmt::format("<li><a href=\"./{}{}\">{}{}</a>\n", percent_encoded(entry.name), slash,
                             escaped(entry.name), slash);
    }
    return page(Status::ok, escaped(shown), fmt::format("<ul>\n{}</ul>\n", items));
}

Reply reply_with_file(File file, const Request& request) {
    const Result<FileStatus> status = file.stat();
    if (!status) return reply_with(status_for(status.error()));
    const std::optional<Range> range = read_range(request.range, status->size);
    if (!range) {
        Reply refusal = reply_with(Status::range_not_satisfiable);
        refusal.fields.push_back({"Content-Range", fmt::format("bytes */{}", status->size)});
        return refusal;
    }
    Reply reply{.status = range->is_whole ? Status::ok : Status::partial_content};
    reply.fields = {
        {"Content-Type", std::string{media_type(file.path())}},
        {"Accept-Ranges", "bytes"},
        {"Last-Modified",
         fmt::format(
             "{:%a, %d %b %Y %H:%M:%S} GMT",
             fmt::gmtime(std::chrono::system_clock::to_time_t(
                 std::chrono::time_point_cast<std::chrono::system_clock::duration>(status->modified))))}};
    if (!range->is_whole)
        reply.fields.push_back(
            {"Content-Range",
             fmt::format("bytes {}-{}/{}", range->offset, range->offset + range->length - 1, status->size)});
    reply.file = std::move(file);
    reply.offset = range->offset;
    reply.length = range->length;
    return reply;
}

/// A relative link in a folder's page counts from its slash, so a folder without one is elsewhere.
Reply moved_to_folder(std::string_view encoded_path) {
    Reply reply = reply_with(Status::moved_permanently);
    // Two slashes in front would name another host (RFC 3986 §4.2).
    encoded_path.remove_prefix(std::min(encoded_path.find_first_not_of('/'), encoded_path.size()));
    reply.fields.push_back({"Location", fmt::format("/{}/", encoded_path)});
    return reply;
}

Reply reply_with_folder(const Request& request, Directory& files, const std::string& path,
                        std::string_view encoded_path, std::string_view shown) {
    if (!encoded_path.ends_with('/')) return moved_to_folder(encoded_path);
    Result<File> index = files.open(path == "." ? "index.html" : path + "/index.html");
    if (index) return reply_with_file(std::move(*index), request);
    return list_of(files, path, shown);
}

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string_view media_type(std::string_view path) {
    const auto* known =
        std::ranges::find_if(media_types, [&](const MediaType& type) { return path.ends_with(type.ending); });
    return known == media_types.end() ? "application/octet-stream" : known->type;
}

std::optional<Range> read_range(std::string_view field, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    const Range whole{.offset = 0, .length = size};
    if (!field.starts_with(unit)) return whole;
    field.remove_prefix(unit.size());
    const std::size_t dash = field.find('-');
    if (dash == std::string_view::npos) return whole;
    const std::optional<std::uint64_t> first = number(field.substr(0, dash));
    const std::optional<std::uint64_t> last = number(field.substr(dash + 1));
    if (dash == 0 && last) {
        if (*last == 0 || size == 0) return std::nullopt;
        const std::uint64_t length = std::min(*last, size);
        return Range{.offset = size - length, .length = length, .is_whole = false};
    }
    const bool is_open = dash + 1 == field.size();
    if (!first || (!last && !is_open) || (last && *last < *first)) return whole;
    if (*first >= size) return std::nullopt;
    const std::uint64_t end = is_open ? size : std::min(*last, size - 1) + 1;
    return Range{.offset = *first, .length = end - *first, .is_whole = false};
}

Reply reply_with(Status status) {
    return page(status, to_string(status), "");
}

Reply reply_to(const Request& request, Directory& files) {
    if (request.method != "GET" && request.method != "HEAD") {
        Reply refusal = reply_with(Status::method_not_allowed);
        refusal.fields.push_back({"Allow", "GET, HEAD"});
        return refusal;
    }
    const std::string_view encoded = std::string_view{request.target}.substr(0, request.target.find('?'));
    const Result<std::string> decoded = percent_decoded(encoded);
    if (!decoded || !decoded->starts_with('/')) return reply_with(Status::bad_request);
    std::string path = decoded->substr(std::min(decoded->find_first_not_of('/'), decoded->size()));
    while (path.ends_with('/')) path.pop_back();
    if (path.empty()) path.push_back('.');
    Result<FileStatus> status = files.stat(path);
    if (!status) return reply_with(status_for(status.error()));
    if (status->kind == FileKind::directory)
        return reply_with_folder(request, files, path, encoded, *decoded);
    Result<File> file = files.open(path);
    if (!file) return reply_with(status_for(file.error()));
    return reply_with_file(std::move(*file), request);
}

}  // namespace sockeye::app::http
