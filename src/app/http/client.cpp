#include "app/http/client.hpp"

#include <fmt/format.h>

#include "app/sizes.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::app::http {
namespace {

constexpr int most_redirections = 10;

/// Without "Connection: close": we close once the response is complete, so that TIME-WAIT is ours to keep and
/// not the server's.
std::string request_for(const Fetch& fetch) {
    return write_request(
        fetch.method, fetch.url.target,
        {{"Host", fetch.url.authority()}, {"User-Agent", fetch.user_agent}, {"Accept", "*/*"}});
}

Error no_http(const Fetch& fetch, std::string_view why) {
    return {Errc::input_output, "fetch", fmt::format("{}: {}", fetch.url.to_string(), why)};
}

/// Reads one response; the body of a redirection is not waited for.
Task<Result<Response>> read_response(Socket& connection, const Fetch& fetch, Receiver& receiver) {
    ResponseReader reader{fetch.method};
    std::string body;
    bool is_told = false;
    for (;;) {
        Result<Bytes> piece = co_await connection.recv(piece_of_file, fetch.deadline);
        if (!piece) co_return std::unexpected{piece.error()};
        const std::string wrong = piece->empty() ? reader.put_end() : reader.put(*piece, body);
        if (piece->empty() && !reader.is_complete())
            co_return std::unexpected{
                Error{Errc::closed, "fetch",
                      fmt::format("{} closed before its response was complete", fetch.url.authority())}};
        if (!wrong.empty()) co_return std::unexpected{no_http(fetch, wrong)};
        if (!reader.has_header()) continue;
        const Response response = reader.header();
        if (response.is_redirection()) co_return response;
        if (!is_told)
            if (Result<void> told = receiver.header(response); !told) co_return std::unexpected{told.error()};
        is_told = true;
        if (!body.empty()) {
            Result<void> taken = co_await receiver.body(body);
            if (!taken) co_return std::unexpected{taken.error()};
        }
        body.clear();
        if (reader.is_complete()) co_return response;
    }
}

Task<Result<Response>> fetch_once(Network& network, const Fetch& fetch, Receiver& receiver) {
    Result<Socket> connection = co_await create_connection(network, fetch.url.peer(), fetch.deadline);
    if (!connection) co_return std::unexpected{connection.error()};
    const std::string request = request_for(fetch);
    Result<void> sent = co_await connection->sendall(request, fetch.deadline);
    if (!sent && sent.error() != Errc::reset) co_return std::unexpected{sent.error()};
    Result<Response> response = co_await read_response(*connection, fetch, receiver);
    co_return response;
}

}  // namespace

Task<Result<Response>> fetch(Network& network, Fetch fetch, Receiver& receiver) {
    fetch.deadline = Deadline{fetch.deadline.resolve(network.now())};
    for (int redirections = 0;; ++redirections) {
        Result<Response> response = co_await fetch_once(network, fetch, receiver);
        if (!response || !response->is_redirection()) co_return response;
        if (redirections == most_redirections)
            co_return std::unexpected{no_http(fetch, "redirects again and again; that was enough")};
        Result<Url> next = fetch.url.resolve(response->location);
        if (!next) co_return std::unexpected{next.error()};
        fetch.url = std::move(*next);
    }
}

}  // namespace sockeye::app::http
