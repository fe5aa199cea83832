#include "cli/listen_threads.hpp"

#include <atomic>
#include <csignal>
#include <latch>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "cli/interrupts.hpp"
#include "cli/service.hpp"
#include "sockeye/option.hpp"

namespace sockeye::cli {
namespace {

/// What one thread has. Made there, since a ring is for the thread that made it, and gone only when no
/// thread can stop it any more.
struct Member {
    std::optional<Ground> ground;
    Result<void> served{};
};

class Crew {
public:
    Crew(const Threads& threads, Address at)
        : threads_{threads},
          at_{std::move(at)},
          members_(threads.count),
          prepared_{static_cast<std::ptrdiff_t>(threads.count)} {}

    Result<void> run();

private:
    void work(Member& member);
    Result<void> prepare(Member& member, std::optional<Service>& service) const;
    Result<void> outcome() const;
    void stop_all();

    const Threads& threads_;
    Address at_;
    std::vector<Member> members_;
    std::latch prepared_;    ///< every member has its server, or failed
    std::latch decided_{1};  ///< whether they serve
    bool serves_ = false;
};

Result<void> Crew::run() {
    std::vector<std::jthread> running;
    for (Member& member : members_) running.emplace_back([this, &member] { work(member); });
    prepared_.wait();
    std::vector<Network*> networks;
    for (Member& member : members_)
        if (member.ground) networks.push_back(&member.ground->network());
    const Interrupts interrupts{std::move(networks)};
    serves_ = outcome().has_value();
    if (serves_) threads_.log.listening(threads_.transport, at_);
    decided_.count_down();
    running.clear();  // waits for them
    return outcome();
}

/// Signals are the main thread's: so nobody is interrupted by one while the networks go.
void Crew::work(Member& member) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::optional<Service> service;
    member.served = prepare(member, service);
    prepared_.count_down();
    decided_.wait();
    if (!serves_) return;
    member.served = service->run();
    if (!member.served) stop_all();
}

Result<void> Crew::prepare(Member& member, std::optional<Service>& service) const {
    try {
        member.ground.emplace(std::make_unique<KernelNetwork>(threads_.network));
    } catch (const std::system_error& failed) {
        return std::unexpected{Error{Errc::resources_exhausted, "listen", failed.what()}};
    }
    Network& network = member.ground->network();
    service.emplace(network, threads_.log);
    if (threads_.transport == Transport::udp) {
        Result<Socket> server = create_datagram_server(network, at_, {.reuse_port = true});
        if (!server) return std::unexpected{std::move(server.error())};
        service->add_datagrams(std::move(*server), threads_.role.datagrams);
        return {};
    }
    Result<app::SessionMaker> sessions = threads_.role.sessions(*member.ground, &*service);
    if (!sessions) return std::unexpected{std::move(sessions.error())};
    Result<Socket> server = create_server(network, at_, {.reuse_port = true});
    if (!server) return std::unexpected{std::move(server.error())};
    service->add(std::move(*server), std::move(*sessions));
    return {};
}

/// The first failure, if there is one.
Result<void> Crew::outcome() const {
    for (const Member& member : members_)
        if (!member.served) return member.served;
    return {};
}

void Crew::stop_all() {
    for (Member& member : members_) member.ground->network().stop();
}

/// Where the threads' servers will be: port 0 is decided, and nobody else has it.
Result<Address> free_place(const Threads& threads) {
    KernelNetwork network;
    const bool is_stream = threads.transport == Transport::tcp;
    Socket alone{network, threads.at.family(), is_stream ? SocketType::stream : SocketType::datagram};
    // As create_server() does; of UDP sockets it would share the port.
    Result<void> done = is_stream ? alone.setsockopt(option::so_reuseaddr, true) : Result<void>{};
    if (done) done = alone.bind(threads.at);
    if (!done) return std::unexpected{std::move(done.error())};
    return alone.getsockname();
}

}  // namespace

Result<void> serve_on_threads(const Threads& threads) {
    Result<Address> at = free_place(threads);
    if (!at) return std::unexpected{std::move(at.error())};
    return Crew{threads, std::move(*at)}.run();
}

}  // namespace sockeye::cli
