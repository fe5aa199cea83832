#include "view/serve_caller.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lab/tables/nodes.hpp"
#include "socket/remote/message.hpp"
#include "sockeye/event.hpp"
#include "view/caller.hpp"

namespace sockeye::view {
namespace {

constexpr std::size_t most_callers = 64;
constexpr std::size_t most_unsent = 4 * remote::longest_frame;  // before no request is taken any more
constexpr Duration patience_to_send = 10s;                      // with whoever does not read

/// One connection: a task reads from it, another writes to it.
class Session {
public:
    Session(Network& machine, Socket connection, std::string rest, RunControl& control, Network& host)
        : connection_{std::move(connection)},
          rest_{std::move(rest)},
          control_{control},
          to_send_{machine},
          sent_{machine},
          caller_{std::in_place, host, [this] { tell_news(); }} {
        ++control_.callers;
    }
    ~Session() { leave(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Task<> read();
    Task<> write();

private:
    /// The next `octets` of what was received. @returns nothing where there are no more
    Task<std::optional<std::vector<std::byte>>> take(std::size_t octets);
    Task<std::optional<std::vector<std::byte>>> next_frame();
    bool serve(std::span<const std::byte> frame);
    void tell_news();
    void queue(const remote::Message& message);
    /// Closes what the caller left open.
    void leave();

    Socket connection_;
    std::string rest_;
    RunControl& control_;
    std::vector<std::byte> unsent_;
    Event to_send_;
    Event sent_;
    std::optional<Caller> caller_;  ///< none: nothing more is to be done
};

void Session::leave() {
    if (!caller_) return;
    caller_.reset();
    --control_.callers;
    control_.call_in();  // what was closed says so to its peers
    to_send_.set();
    sent_.set();
}

void Session::queue(const remote::Message& message) {
    remote::write(unsent_, message);
    to_send_.set();
}

/// Called by the lab while it runs: whoever is told has its turn before the lab goes on.
void Session::tell_news() {
    for (const remote::Message& message : caller_->take_news()) queue(message);
    control_.has_news = true;
}

Task<std::optional<std::vector<std::byte>>> Session::take(std::size_t octets) {
    while (rest_.size() < octets) {
        Result<Bytes> more = co_await connection_.recv(remote::longest_frame);
        if (!more || more->empty()) co_return std::nullopt;
        rest_ += more->text();
    }
    const std::span<const std::byte> taken = BytesView{rest_}.span().first(octets);
    std::vector<std::byte> copy(taken.begin(), taken.end());
    rest_.erase(0, octets);
    co_return copy;
}

Task<std::optional<std::vector<std::byte>>> Session::next_frame() {
    const std::optional<std::vector<std::byte>> head = co_await take(remote::head_size);
    if (!head) co_return std::nullopt;
    const std::optional<std::size_t> length = remote::parse_head(std::span{*head}.first<remote::head_size>());
    if (!length) co_return std::nullopt;
    std::optional<std::vector<std::byte>> frame = co_await take(*length);
    co_return frame;
}

/// @returns false: it was rubbish
bool Session::serve(std::span<const std::byte> frame) {
    const std::optional<remote::Request> request = remote::parse_request(frame);
    if (!request) return false;
    const std::optional<remote::Answer> answer = caller_->answer(*request);
    if (answer) queue(*answer);
    control_.call_in();
    return true;
}

Task<> Session::read() {
    while (caller_) {
        const std::optional<std::vector<std::byte>> frame = co_await next_frame();
        if (!caller_ || !frame || !serve(*frame)) break;
        while (caller_ && unsent_.size() > most_unsent) {
            sent_.clear();
            Result<void> room = co_await sent_.wait();
            if (!room) break;
        }
    }
    leave();
}

/// Whoever does not read is left, and the reader told by the connection's end.
Task<> Session::write() {
    while (true) {
        Result<void> woken = co_await to_send_.wait();
        if (!woken) break;
        to_send_.clear();
        const std::vector<std::byte> frames = std::exchange(unsent_, {});
        Result<void> gone = co_await connection_.sendall(BytesView{frames}, patience_to_send);
        sent_.set();
        if (!gone || !caller_) break;
    }
    leave();
    (void)connection_.shutdown(Shutdown::both);  // the peer may have gone already
}

/// Keeps the session as long as it writes.
Task<> write_all(std::shared_ptr<Session> session) {
    Task<> writing = session->write();
    (void)co_await std::move(writing);  // a Task<> returns nothing
}

constexpr std::string_view versions_differ =
    "this lab and this command are of different versions: put the lab up again with this one";

}  // namespace

Request attach_request(std::string host) {
    return {.verb = std::string{attach_verb},
            .host = std::move(host),
            .words = {std::to_string(remote::version)}};
}

Answer attach(const RunningLab& running, const Request& request) {
    if (request.words != attach_request({}).words) return usage_error(std::string{versions_differ});
    lab::HostNode& host = lab::require_host(running.lab.world(), request.host);
    if (!host.is_on) return {.exit = exit::other, .text = request.host + " is switched off"};
    if (running.control.callers >= most_callers)
        return {.exit = exit::other,
                .text = fmt::format("{} programs use this lab's hosts already, which is the most",
                                    running.control.callers)};
    Json servers = Json::array();
    for (const Address& server : host.stack().names().servers()) servers.push_back(server.to_string());
    return {.data = {{{"kind", "host"}, {"name_servers", std::move(servers)}}}};
}

Task<> serve_caller(Network& machine, Socket connection, std::string rest, RunningLab& running,
                    std::string host) {
    Network& its = lab::require_host(running.lab.world(), host).facade();
    const auto session =
        std::make_shared<Session>(machine, std::move(connection), std::move(rest), running.control, its);
    machine.spawn(write_all(session));
    Task<> reading = session->read();
    (void)co_await std::move(reading);  // a Task<> returns nothing
}

}  // namespace sockeye::view
