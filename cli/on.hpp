// --on: the network that a verb works on, where it is not to be the machine's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/interrupts.hpp"
#include "cli/lab_client.hpp"
#include "socket/remote/host_network.hpp"
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
    /// The lab closes what a program leaves open, as a kernel does.
    explicit Ground(std::unique_ptr<remote::HostNetwork> host) : host_{std::move(host)} {}

    Network& network() {
        if (tap_) return *tap_;
        if (host_) return *host_;
        return *machine_;
    }
    KernelNetwork& machine() {
        if (tap_) return tap_->machine();
        return host_ ? host_->machine() : *machine_;
    }

private:
    std::unique_ptr<KernelNetwork> machine_;
    std::unique_ptr<TapNetwork> tap_;
    std::unique_ptr<remote::HostNetwork> host_;
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
    /// "tap:NAME,ADDRESS/PREFIX…", "lab:HOST", "lab/NAME:HOST"; "" is the machine's.
    /// @returns invalid_argument with a detail that names the mistake and the remedy
    static Result<On> parse(std::string_view text);
    /// Finds the lab that is meant, and the host in it; a network of another kind is there. Before open().
    /// @returns with a detail: not_found: no such lab runs, or several do; and what attach_to() returns
    Result<void> reach();

    bool is_machine() const { return !tap_ && !lab_; }
    /// @param options  of the machine's network
    Result<Ground> open(KernelOptions options = {}) const;
    /// Where something happened, for an error: "tcp://[::]:80 on tap0".
    std::string at(std::string_view where) const;
    /// Those that the option names, or the lab's host knows.
    std::vector<Address> name_servers() const;
    /// What to do where there are none.
    std::string_view how_to_name_servers() const {
        return lab_ ? "that host knows no name server: use --server"
                    : "--on names no name server: add ,dns=ADDRESS to it, or use --server";
    }

private:
    struct InLab {
        remote::HostNetwork::Names names;
        std::shared_ptr<LabHost> host;  ///< once it has been reached; open() takes the connection
    };

    std::optional<TapOptions> tap_;
    std::optional<InLab> lab_;
};

}  // namespace sockeye::cli
