#include "cli/interrupts.hpp"

#include <atomic>
#include <cerrno>
#include <utility>

namespace sockeye::cli {
namespace {

std::atomic<const std::vector<Network*>*> interrupted = nullptr;
static_assert(decltype(interrupted)::is_always_lock_free);

/// Network::stop() sets a flag and wakes the loop by a write: both are allowed here (signal-safety(7)).
void stop_networks(int) {
    const int kept = errno;
    if (const std::vector<Network*>* networks = interrupted.load())
        for (Network* network : *networks) network->stop();
    errno = kept;
}

}  // namespace

Interrupts::Interrupts(std::vector<Network*> networks)
    : networks_{std::move(networks)}, previous_{interrupted.exchange(&networks_)} {
    struct sigaction action{};
    action.sa_handler = stop_networks;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &previous_int_);
    sigaction(SIGTERM, &action, &previous_term_);
}

Interrupts::~Interrupts() {
    sigaction(SIGINT, &previous_int_, nullptr);
    sigaction(SIGTERM, &previous_term_, nullptr);
    interrupted = previous_;
}

}  // namespace sockeye::cli
