#include "app/files.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "app/sizes.hpp"

namespace sockeye::app {
namespace {

Task<Ending> send_file(Network& network, Socket& connection, Session& session, Directory directory,
                       std::string path) {
    Result<File> file = directory.open(path);
    if (!file) co_return file.error();
    Bytes piece{piece_of_file};
    for (std::uint64_t offset = 0;;) {
        const Result<std::size_t> read = file->pread({piece.data(), piece.size()}, offset);
        if (!read) co_return read.error();
        if (*read == 0) break;
        offset += *read;
        const BytesView octets{std::span<const std::byte>{piece.data(), *read}};
        Ending broken = co_await send_counted(connection, session, octets);
        if (broken) co_return broken;
    }
    Ending broken = co_await say_goodbye(network, connection, session);
    co_return broken;
}

/// Where the files of one server go.
struct Shelf {
    Network& network;
    Directory directory;
    std::string pattern;
    Saved saved;
    std::uint64_t number = 0;  ///< the last that a file has

    bool is_numbered() const { return pattern.contains("%n"); }
    std::string next_path() {
        ++number;
        if (!is_numbered()) return pattern;
        return std::string{pattern}.replace(pattern.find("%n"), 2, std::to_string(number));
    }
    /// Where nobody looks for a file, beside its later place.
    std::string hidden_path() {
        const std::size_t folder = pattern.rfind('/') + 1;  // npos + 1 is 0
        return fmt::format("{}.{:016x}.saving", pattern.substr(0, folder), network.random());
    }
};

/// Gives a complete file the first name that is free; others may be after the same one.
/// @returns the name
Result<std::string> give_name(Shelf& shelf, const std::string& from) {
    for (;;) {
        std::string path = shelf.next_path();
        Result<void> named = shelf.directory.rename(from, path, Existing::kept);
        if (named) return path;
        if (named.error() == Errc::exists && shelf.is_numbered()) continue;
        // It is the first failure that counts; what stays behind has a name that says what it is.
        (void)shelf.directory.remove(from);
        // The hidden name is nobody's business.
        return std::unexpected{Error{named.error().code(), "save", std::move(path)}};
    }
}

Task<Ending> receive_file(Socket& connection, Session& session, File& file) {
    for (;;) {
        Result<Bytes> octets = co_await connection.recv(piece_of_file);
        if (!octets) co_return octets.error();
        if (octets->empty()) co_return std::nullopt;
        const Result<void> written = file.pwrite(*octets, session.received);
        session.received += octets->size();
        if (!written) co_return written.error();
    }
}

Task<Ending> keep_file(std::shared_ptr<Shelf> shelf, Socket& connection, Session& session) {
    const std::string hidden = shelf->hidden_path();
    Result<Draft> draft = shelf->directory.draft(hidden);
    if (!draft) co_return draft.error();
    Ending broken = co_await receive_file(connection, session, draft->file());
    if (broken || session.received == 0) co_return broken;
    if (const Result<void> kept = draft->commit(Existing::kept); !kept) co_return kept.error();
    const Result<std::string> path = give_name(*shelf, hidden);
    if (!path) co_return path.error();
    shelf->saved(*path, session.received);
    co_return std::nullopt;
}

}  // namespace

Conversation push(Network& network, Directory directory, std::string path) {
    return [&network, directory, path = std::move(path)](Socket& connection, Session& session) {
        return send_file(network, connection, session, directory, path);
    };
}

Conversation save(Network& network, Directory directory, std::string pattern, Saved saved) {
    const auto shelf =
        std::make_shared<Shelf>(network, std::move(directory), std::move(pattern), std::move(saved));
    return [shelf](Socket& connection, Session& session) { return keep_file(shelf, connection, session); };
}

}  // namespace sockeye::app
