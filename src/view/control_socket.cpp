#include "view/control_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "view/answers.hpp"
#include "view/request.hpp"
#include "view/serve_caller.hpp"
#include "view/stream.hpp"

namespace sockeye::view {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".sock";

std::unexpected<Error> failure(Errc code, std::string detail) {
    return std::unexpected{Error{code, "", std::move(detail)}};
}

bool is_file_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    constexpr std::string_view fine = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= longest && name.front() != '.' &&
           name.find_first_not_of(fine) == std::string_view::npos;
}

/// Where others could make files, they could answer in the lab's stead.
Result<void> make_private_directory(const std::string& path) {
    constexpr ::mode_t owner_alone = 0700;
    constexpr ::mode_t others = 0077;
    if (::mkdir(path.c_str(), owner_alone) < 0 && errno != EEXIST)
        return failure(Errc::permission_denied, path + ": " + std::strerror(errno));
    struct stat found{};
    if (::lstat(path.c_str(), &found) < 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid())
        return failure(Errc::permission_denied,
                       path + " is not a directory of this user's: set XDG_RUNTIME_DIR to one that is");
    if ((found.st_mode & others) != 0)
        return failure(Errc::permission_denied, path + " is open to others: chmod 700 " + path);
    return {};
}

// ---- one client

constexpr std::size_t most_clients = 16;
constexpr Duration patience = 30s;          // with whoever says nothing
constexpr Duration patience_to_send = 10s;  // with whoever does not read

/// The next line of a client's. @returns nothing: that was all
Task<std::optional<std::string>> read_line(Socket& client, std::string& rest) {
    while (true) {
        if (const std::size_t end = rest.find('\n'); end != std::string::npos) {
            std::string line = rest.substr(0, end);
            rest.erase(0, end + 1);
            co_return line;
        }
        if (rest.size() > longest_request) co_return std::exchange(rest, {});
        Result<Bytes> more = co_await client.recv(longest_request, patience);
        if (!more || more->empty()) co_return std::nullopt;
        rest += more->text();
    }
}

/// From then on its connection is a caller's.
Task<> become_caller(Network& machine, Socket client, std::string rest, RunningLab& running,
                     Request request) {
    const Answer reply = answer_or_mistake([&] { return attach(running, request); });
    const std::string text = write_answer(reply);
    Result<void> sent = co_await client.sendall(text, patience_to_send);
    if (sent && reply.exit == exit::ok)
        machine.spawn(
            serve_caller(machine, std::move(client), std::move(rest), running, std::move(request.host)));
}

Task<> serve_client(Network& machine, Socket client, RunningLab& running,
                    std::shared_ptr<std::size_t> clients) {
    struct Counted {
        std::size_t& clients;
        ~Counted() { --clients; }
    } counted{*clients};
    std::string rest;
    while (true) {
        const std::optional<std::string> line = co_await read_line(client, rest);
        if (!line) co_return;
        Result<Request> request = parse_request(*line);
        if (request && request->verb == attach_verb) {
            Task<> calling = become_caller(machine, std::move(client), std::move(rest), running, *request);
            (void)co_await std::move(calling);  // a Task<> returns nothing
            co_return;
        }
        std::unique_ptr<Stream> stream;
        const auto begin = [&] {
            stream = open_stream(running, *request);
            return Answer{};
        };
        Answer reply =
            request ? answer_or_mistake(begin) : usage_error(std::string{request.error().detail()});
        if (stream) {
            co_await serve_stream(machine, client, running, *stream);
            co_return;
        }
        if (request && reply.exit == exit::ok) reply = co_await answer(machine, running, *request);
        const std::string text = write_answer(reply);
        Result<void> sent = co_await client.sendall(text, patience_to_send);
        if (!sent || line->size() > longest_request) co_return;
    }
}

}  // namespace

std::string control_directory() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime == '/') return std::string{runtime} + "/sockeye";
    return "/tmp/sockeye-" + std::to_string(::geteuid());
}

std::string control_path(std::string_view lab) {
    return control_directory() + "/" + std::string{lab} + std::string{ending};
}

std::vector<std::string> control_names() {
    std::vector<std::string> names;
    std::error_code none;  // nobody has made the directory: no lab has run
    for (const fs::directory_entry& entry : fs::directory_iterator{control_directory(), none}) {
        const std::string file = entry.path().filename().string();
        if (file.ends_with(ending)) names.push_back(file.substr(0, file.size() - ending.size()));
    }
    std::ranges::sort(names);
    return names;
}

Result<ControlSocket> ControlSocket::open(Network& machine, std::string_view lab) {
    constexpr ::mode_t owner_alone = 0600;
    if (!is_file_name(lab))
        return failure(Errc::invalid_argument,
                       "a lab that is to be reached has a name of letters, digits, '.', '_' and '-'");
    if (Result<void> made = make_private_directory(control_directory()); !made)
        return std::unexpected{made.error()};
    std::string path = control_path(lab);
    const Result<Address> at = Address::parse("unix:" + path);
    if (!at) return std::unexpected{at.error()};
    Result<Socket> listener = create_server(machine, *at);
    if (!listener && listener.error() == Errc::address_in_use)
        return failure(Errc::address_in_use, "a lab named " + std::string{lab} +
                                                 " runs already: end it with `sockeye lab down`, or choose "
                                                 "another name");
    if (!listener) return std::unexpected{listener.error()};
    if (::chmod(path.c_str(), owner_alone) < 0)
        return failure(Errc::permission_denied, path + ": " + std::strerror(errno));
    return ControlSocket{std::move(*listener), std::move(path)};
}

ControlSocket::~ControlSocket() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Task<> serve_control(Network& machine, ControlSocket socket, RunningLab& running) {
    const auto clients = std::make_shared<std::size_t>(0);
    while (true) {
        Result<Accepted> accepted = co_await socket.listener().accept();
        if (!accepted) co_return;
        if (*clients == most_clients) continue;  // closed at once
        ++*clients;
        machine.spawn(serve_client(machine, std::move(accepted->socket), running, clients));
    }
}

}  // namespace sockeye::view
