// --on: the network that a verb works on, where it is not to be the machine's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/interrupts.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/tap.hpp"

namespace sockeye::cli {

/// What a verb stands on: a network for its sockets, and the machine for its terminal, files and
/// programs, on one loop. Without --on both are the machine's.
class Ground {
public:
    explicit Ground(std::unique_ptr<KernelNetwork> machine) : machine_{std::move(machine)} {}
    /// A kernel closes what a program leaves open when it is killed; here we do it, so that peers hear of it.
    explicit Ground(std::unique_ptr<TapNetwork> tap)
        : tap_{std::move(tap)}, interrupts_{std::make_unique<Interrupts>(*tap_)} {}

    Network& network() {
        if (tap_) return *tap_;
        return *machine_;
    }
    KernelNetwork& machine() { return tap_ ? tap_->machine() : *machine_; }

private:
    std::unique_ptr<KernelNetwork> machine_;
    std::unique_ptr<TapNetwork> tap_;
    std::unique_ptr<Interrupts> interrupts_;
};

/// The option, understood.
class On {
public:
    /// The machine's own network.
    On() = default;
    /// "tap:NAME,ADDRESS/PREFIX…"; "" is the machine's.
    /// @returns invalid_argument with a detail that names the mistake and the remedy
    static Result<On> parse(std::string_view text);

    bool is_machine() const { return !tap_; }
    Result<Ground> open() const;
    /// Where something happened, for an error: "tcp://[::]:80 on tap0".
    std::string at(std::string_view where) const;
    /// The name servers that the option names.
    std::vector<Address> name_servers() const { return tap_ ? tap_->name_servers : std::vector<Address>{}; }

private:
    std::optional<TapOptions> tap_;
};

}  // namespace sockeye::cli
