// Interrupts: SIGINT and SIGTERM as the wish to stop, instead of the end.
#pragma once

#include <csignal>
#include <vector>

#include "sockeye/network.hpp"

namespace sockeye::cli {

/// While it lives, either signal makes run() of its networks return Errc::cancelled. The latest counts: a
/// signal's handler knows nothing but the process.
class Interrupts {
public:
    explicit Interrupts(Network& network) : Interrupts{std::vector{&network}} {}
    explicit Interrupts(std::vector<Network*> networks);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

private:
    std::vector<Network*> networks_;
    const std::vector<Network*>* previous_;
    struct sigaction previous_int_{};
    struct sigaction previous_term_{};
};

}  // namespace sockeye::cli
