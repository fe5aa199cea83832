#include "app/http/server.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/http/message.hpp"
#include "app/http/site.hpp"
#include "app/sizes.hpp"

namespace sockeye::app::http {
namespace {

constexpr Duration until_next_request = 30s;
constexpr Duration until_request_is_whole = 10s;

struct Visit {
    Network& network;
    Directory files;
    Socket& connection;
    Session& session;
    RequestReader reader;
    bool is_over = false;
};

/// @returns what is wrong with the request, or nothing: it is complete, or the visit is over
Task<std::optional<Status>> read_request(Visit& visit, Ending& broken) {
    std::optional<Status> refused = visit.reader.put({});  // what came with the request before
    Instant until = visit.network.now() + until_next_request;
    while (!refused && !visit.reader.is_complete()) {
        if (visit.reader.has_begun()) until = std::min(until, visit.network.now() + until_request_is_whole);
        Result<Bytes> octets = co_await visit.connection.recv(piece_of_file, until);
        if (!octets && octets.error() == Errc::timed_out && visit.reader.has_begun())
            co_return Status::request_timeout;
        if (!octets) broken = octets.error();
        visit.is_over = !octets || octets->empty();
        if (visit.is_over) co_return std::nullopt;
        visit.session.received += octets->size();
        refused = visit.reader.put(*octets);
    }
    co_return refused;
}

std::string header_of(const Visit& visit, const Reply& reply) {
    std::vector<Field> fields{
        {"Date",
         fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::floor<std::chrono::seconds>(visit.network.wall_now())))},
        {"Server", "sockeye"},
        {"Content-Length", std::to_string(reply.length)}};
    fields.insert(fields.end(), reply.fields.begin(), reply.fields.end());
    if (visit.is_over) fields.push_back({"Connection", "close"});
    return write_response_header(reply.status, fields);
}

Task<Ending> send_file(Visit& visit, Reply& reply) {
    Bytes piece{std::min<std::uint64_t>(piece_of_file, reply.length)};
    while (reply.length > 0) {
        const std::size_t most = std::min<std::uint64_t>(piece.size(), reply.length);
        const Result<std::size_t> read = reply.file->pread({piece.data(), most}, reply.offset);
        if (!read) co_return read.error();
        // Shorter than it was: what the header promised cannot be kept.
        if (*read == 0) co_return Error{Errc::input_output, "read", "the file has become shorter"};
        reply.offset += *read;
        reply.length -= *read;
        const BytesView octets{std::span<const std::byte>{piece.data(), *read}};
        Ending broken = co_await send_counted(visit.connection, visit.session, octets);
        if (broken) co_return broken;
    }
    co_return std::nullopt;
}

Task<Ending> send_reply(Visit& visit, Reply& reply, bool with_body) {
    std::string text = header_of(visit, reply);
    if (with_body) text += reply.text;
    Ending broken = co_await send_counted(visit.connection, visit.session, text);
    if (!broken && with_body && reply.file) broken = co_await send_file(visit, reply);
    co_return broken;
}

Task<Ending> receive_visitor(Network& network, Directory files, Socket& connection, Session& session) {
    Visit visit{.network = network,
                .files = std::move(files),
                .connection = connection,
                .session = session,
                .reader = {}};
    Ending broken;
    while (!visit.is_over && !broken) {
        const std::optional<Status> refused = co_await read_request(visit, broken);
        if (visit.is_over) break;
        const std::expected<Request, Status> request =
            refused ? std::unexpected{*refused} : visit.reader.take();
        visit.is_over = !request || !request->keep_alive;
        Reply reply = request ? reply_to(*request, visit.files) : reply_with(request.error());
        const bool with_body = !request || request->method != "HEAD";
        broken = co_await send_reply(visit, reply, with_body);
    }
    if (!broken) broken = co_await say_goodbye(network, connection, session);
    co_return broken;
}

}  // namespace

Conversation site(Network& network, Directory files) {
    return [&network, files](Socket& connection, Session& session) {
        return receive_visitor(network, files, connection, session);
    };
}

}  // namespace sockeye::app::http
