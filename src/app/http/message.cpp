// Beast 1.81 asserts on chunk headers that any peer may send: here its assertions are refusals, in every
// build.
#define BOOST_ENABLE_ASSERT_HANDLER

#include "app/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace {
struct Asserted {};
}  // namespace

namespace boost {
void assertion_failed(const char*, const char*, const char*, long) {
    throw Asserted{};
}
void assertion_failed_msg(const char*, const char*, const char*, const char*, long) {
    throw Asserted{};
}
}  // namespace boost

namespace sockeye::app::http {

namespace beast = boost::beast::http;
namespace asio = boost::asio;
using boost::beast::error_code;

namespace {

constexpr std::uint32_t longest_response_header = std::uint32_t{64} * 1024;

boost::beast::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

std::string text_of(boost::beast::string_view view) {
    return {view.data(), view.size()};
}

/// What the parser takes of `octets`; an assertion of its is a bad chunk.
template <class Parser>
std::size_t put_into(Parser& parser, std::string_view octets, error_code& error) try {
    return parser.put(asio::const_buffer{octets.data(), octets.size()}, error);
} catch (const Asserted&) {
    // Of the last chunk, "0" and two empty lines, it wants all at once when it has seen the beginning.
    constexpr std::size_t last_chunk = 5;
    error = octets.size() < last_chunk ? beast::error::need_more : beast::error::bad_chunk;
    return 0;
}

Status status_for(const error_code& error) {
    if (error == beast::error::header_limit) return Status::header_fields_too_large;
    if (error == beast::error::body_limit) return Status::content_too_large;
    return Status::bad_request;
}

template <class Message>
void set_fields(Message& message, const std::vector<Field>& fields) {
    for (const Field& field : fields) message.set(view(field.name), view(field.value));
}

/// Appends the buffers that the serializer offers, until it has offered the whole header.
template <class Serializer>
std::string header_text(Serializer& serializer) {
    std::string text;
    serializer.split(true);
    error_code error;
    while (!error && !serializer.is_header_done()) {
        serializer.next(error, [&](error_code&, const auto& buffers) {
            for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
                 ++at)
                text.append(static_cast<const char*>((*at).data()), (*at).size());
            serializer.consume(boost::beast::buffer_bytes(buffers));
        });
    }
    return text;
}

}  // namespace

std::string to_string(Status status) {
    return fmt::format("{} {}", static_cast<unsigned>(status),
                       std::string_view{text_of(beast::obsolete_reason(static_cast<beast::status>(status)))});
}

struct RequestReader::Parser {
    Parser() {
        beast.eager(true);
        beast.header_limit(longest_header);
        beast.body_limit(longest_body);
    }
    beast::request_parser<beast::string_body> beast;
};

RequestReader::RequestReader() : parser_{std::make_unique<Parser>()} {}
RequestReader::~RequestReader() = default;

std::optional<Status> RequestReader::put(BytesView octets) {
    auto& parser = parser_->beast;
    pending_ += octets.text();
    std::size_t taken = 0;
    error_code error;
    while (!error && taken < pending_.size() && !parser.is_done())
        taken += put_into(parser, std::string_view{pending_}.substr(taken), error);
    pending_.erase(0, taken);
    if (!error || error == beast::error::need_more) return std::nullopt;
    return status_for(error);
}

bool RequestReader::has_begun() const {
    return parser_->beast.got_some() || !pending_.empty();
}

bool RequestReader::is_complete() const {
    return parser_->beast.is_done();
}

std::expected<Request, Status> RequestReader::take() {
    const std::unique_ptr<Parser> finished = std::exchange(parser_, std::make_unique<Parser>());
    const auto& message = finished->beast.get();
    constexpr unsigned http_1_1 = 11;
    if (message.version() >= http_1_1 && message.count(beast::field::host) != 1)
        return std::unexpected{Status::bad_request};
    return Request{.method = text_of(message.method_string()),
                   .target = text_of(message.target()),
                   .range = text_of(message[beast::field::range]),
                   .keep_alive = message.keep_alive()};
}

std::string write_response_header(Status status, const std::vector<Field>& fields) {
    constexpr unsigned http_1_1 = 11;
    beast::response<beast::empty_body> response{static_cast<beast::status>(status), http_1_1};
    set_fields(response, fields);
    beast::response_serializer<beast::empty_body> serializer{response};
    return header_text(serializer);
}

std::string write_request(std::string_view method, std::string_view target,
                          const std::vector<Field>& fields) {
    constexpr unsigned http_1_1 = 11;
    beast::request<beast::empty_body> request;
    request.version(http_1_1);
    request.method_string(view(method));
    request.target(view(target));
    set_fields(request, fields);
    beast::request_serializer<beast::empty_body> serializer{request};
    return header_text(serializer);
}

bool Response::is_redirection() const {
    constexpr std::array<unsigned, 5> codes{301, 302, 303, 307, 308};
    return !location.empty() && std::ranges::find(codes, status) != codes.end();
}

struct ResponseReader::Parser {
    explicit Parser(bool without_body) {
        beast.eager(true);
        beast.header_limit(longest_response_header);
        beast.body_limit(boost::none);
        beast.skip(without_body);
    }
    beast::response_parser<beast::buffer_body> beast;
};

ResponseReader::ResponseReader(std::string_view method)
    : method_{method}, parser_{std::make_unique<Parser>(method == "HEAD")} {}
ResponseReader::~ResponseReader() = default;

std::string ResponseReader::put(BytesView octets, std::string& body) {
    pending_ += octets.text();
    std::size_t taken = 0;
    std::array<char, 4096> piece{};
    while (taken < pending_.size() && !parser_->beast.is_done()) {
        auto& parser = parser_->beast;
        auto& space = parser.get().body();
        space.data = piece.data();
        space.size = piece.size();
        error_code error;
        taken += put_into(parser, std::string_view{pending_}.substr(taken), error);
        body.append(piece.data(), piece.size() - space.size);
        if (error == beast::error::need_more) break;
        if (error && error != beast::error::need_buffer) return error.message();
        // An informational response comes before the one that counts (RFC 9110 §15.2).
        const bool is_informational = parser.is_done() && parser.get().result_int() < 200;
        if (is_informational) parser_ = std::make_unique<Parser>(method_ == "HEAD");
    }
    pending_.erase(0, taken);
    return {};
}

std::string ResponseReader::put_end() {
    error_code error;
    parser_->beast.put_eof(error);
    return error ? error.message() : std::string{};
}

bool ResponseReader::has_header() const {
    return parser_->beast.is_header_done();
}

bool ResponseReader::is_complete() const {
    return parser_->beast.is_done();
}

Response ResponseReader::header() const {
    const auto& message = parser_->beast.get();
    Response response{.status = message.result_int(),
                      .reason = text_of(message.reason()),
                      .location = text_of(message[beast::field::location]),
                      .header = {},
                      .length = {}};
    response.header = fmt::format("HTTP/{}.{} {} {}\r\n", message.version() / 10, message.version() % 10,
                                  response.status, response.reason);
    for (const auto& field : message)
        response.header += fmt::format("{}: {}\r\n", text_of(field.name_string()), text_of(field.value()));
    response.header += "\r\n";
    if (const auto length = parser_->beast.content_length()) response.length = *length;
    return response;
}

}  // namespace sockeye::app::http
