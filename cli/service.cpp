#include "cli/service.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr Duration grace_time = 2s;

Task<> stop_after(Network& network, Duration grace, std::stop_source sessions) {
    Result<void> slept = co_await network.sleep(grace);
    if (slept) sessions.request_stop();
}

}  // namespace

void Service::add(Socket server, app::SessionMaker session, app::Limits limits) {
    network_.spawn(
        app::serve(network_, std::move(server), std::move(session), this, sessions_.get_token(), limits),
        accepting_.get_token());
}

void Service::add_datagrams(Socket server, app::Answer answer) {
    network_.spawn(app::answer_datagrams(std::move(server), std::move(answer), this), accepting_.get_token());
}

Result<void> Service::run() {
    Result<void> ran = network_.run();
    if (failure_) return std::unexpected{*failure_};
    if (ran) return {};
    if (ran.error() != Errc::cancelled) return ran;  // the network is gone
    finish();
    return {};
}

void Service::finish() {
    accepting_.request_stop();
    if (live_ > 0) {
        say(fmt::format("stopping: {} open session{} may finish within {}", live_, live_ == 1 ? "" : "s",
                        to_string(grace_time)));
        network_.spawn(stop_after(network_, grace_time, sessions_), grace_.get_token());
    }
    if (!network_.run()) say("stopped at once");
}

void Service::session_began(const Address& peer) {
    log_.session_began(peer);
    ++live_;
}

void Service::session_ended(const app::Session& session) {
    log_.session_ended(session);
    broken_off_ = session.error == Errc::cancelled ? std::nullopt : session.error;
    if (--live_ == 0 && accepting_.stop_requested()) grace_.request_stop();
}

void Service::server_ended(const Error& why) {
    if (why == Errc::cancelled || failure_) return;
    failure_ = why;
    network_.stop();
}

}  // namespace sockeye::cli
