#include "cli/interrupts.hpp"

#include <atomic>
#include <cerrno>

namespace sockeye::cli {
namespace {

std::atomic<Network*> interrupted = nullptr;
static_assert(std::atomic<Network*>::is_always_lock_free);

/// Network::stop() sets a flag and wakes the loop by a write: both are allowed here (signal-safety(7)).
void stop_network(int) {
    const int kept = errno;
    if (Network* network = interrupted.load()) network->stop();
    errno = kept;
}

}  // namespace

Interrupts::Interrupts(Network& network) {
    previous_ = interrupted.exchange(&network);
    struct sigaction action{};
    action.sa_handler = stop_network;
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
