// HTTP/1.1 messages (RFC 9112): octets to requests and responses, and back. No I/O; Boost.Beast reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/bytes.hpp"

namespace sockeye::app::http {

/// The status codes that we send (RFC 9110 §15, RFC 6585).
enum class Status : std::uint16_t {
    ok = 200,
    partial_content = 206,
    moved_permanently = 301,
    bad_request = 400,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    request_timeout = 408,
    content_too_large = 413,
    range_not_satisfiable = 416,
    header_fields_too_large = 431,
    internal_server_error = 500,
};

/// "404 Not Found"
std::string to_string(Status status);

struct Field {
    std::string name;
    std::string value;
};

struct Request {
    std::string method;
    std::string target;  ///< as it was sent, such as "/a%20b?c"
    std::string range;   ///< the Range field; empty: the whole
    bool keep_alive = false;
};

/// Reads one request after another, however they come in pieces. A body is read and forgotten.
class RequestReader {
public:
    static constexpr std::size_t longest_header = std::size_t{16} * 1024;
    static constexpr std::size_t longest_body = std::size_t{64} * 1024;

    RequestReader();
    ~RequestReader();

    /// @returns the status that says what is wrong, if anything is: then nothing more can be read
    std::optional<Status> put(BytesView octets);
    bool has_begun() const;
    bool is_complete() const;
    /// The request; what came after it begins the next one. @pre is_complete()
    /// @returns bad_request for HTTP/1.1 without one Host (RFC 9112 §3.2)
    std::expected<Request, Status> take();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    std::string pending_;  ///< octets that the parser has not taken yet
};

/// Status line and fields, up to the empty line.
std::string write_response_header(Status status, const std::vector<Field>& fields);

/// A request without a body.
std::string write_request(std::string_view method, std::string_view target, const std::vector<Field>& fields);

struct Response {
    unsigned status = 0;
    std::string reason;
    std::string location;
    std::string header;  ///< as text: status line and fields, the empty line included
    std::optional<std::uint64_t> length;

    bool is_redirection() const;
};

/// Reads one response; its body is handed over as it comes, chunks joined.
class ResponseReader {
public:
    /// To GET or HEAD: the latter has no body whatever its fields say (RFC 9110 §9.3.2).
    explicit ResponseReader(std::string_view method);
    ~ResponseReader();

    /// Appends to `body` what belongs to it.
    /// @returns what is wrong with the response, in words; empty: nothing
    std::string put(BytesView octets, std::string& body);
    /// The peer has closed. @returns as above
    std::string put_end();
    bool has_header() const;
    bool is_complete() const;
    Response header() const;  ///< @pre has_header()

private:
    struct Parser;
    std::string method_;
    std::unique_ptr<Parser> parser_;
    std::string pending_;  ///< octets that the parser has not taken yet
};

}  // namespace sockeye::app::http
