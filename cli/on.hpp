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

/// --spin: what the machine's network does with it is KernelOptions::spin.
inline constexpr Duration usual_spin = 50us;
inline constexpr const char* spin_help =
    "look for what comes next, for 50 us at most, before\nit sleeps: quicker answers at a few connections, "
    "for\na "
    "processor that is busy";
inline constexpr const char* spin_elsewhere = "--spin is for the machine's network: leave out --on";

/// The option, understood.
class On {
public:
    /// The machine's own network.
    On() = default;
    /// "tap:NAME,ADDRESS/PREFIX…"; "" is the machine's.
    /// @returns invalid_argument with a detail that names the mistake and the remedy
    static Result<On> parse(std::string_view text);

    bool is_machine() const { return !tap_; }
    /// @param options  of the machine's network
    Result<Ground> open(KernelOptions options = {}) const;
    /// Where something happened, for an error: "tcp://[::]:80 on tap0".
    std::string at(std::string_view where) const;
    /// The name servers that the option names.
    std::vector<Address> name_servers() const { return tap_ ? tap_->name_servers : std::vector<Address>{}; }

private:
    std::optional<TapOptions> tap_;
};

}  // namespace sockeye::cli
