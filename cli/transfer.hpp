// What `sockeye send` and `sockeye recv` share: how the two ends meet, again if need be, and what is said.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "app/transfer/observer.hpp"
#include "sockeye/address.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/time.hpp"

namespace sockeye::cli {

struct TransferOptions {
    std::string address;
    std::string timeout;
    std::string retry;
    bool listen = false;
    bool quiet = false;
    bool json = false;
};

/// The same, understood.
struct TransferPlan {
    Target target;
    bool listens = false;
    Duration patience = 60s;
    Duration retry{};
};

/// @returns invalid_argument with a detail that names the mistake: to be asked before any file is opened
Result<TransferPlan> plan_of(const TransferOptions& options);

/// Adds those of the command line, but for the address.
void add_transfer_options(CLI::App& sub, TransferOptions& options);

struct TransferVerb {
    std::string_view name;
    std::string_view done;  ///< "sent"
};

/// One end of a transfer over a connection.
using Transfer =
    std::function<Task<Result<app::transfer::Summary>>(Socket connection, app::transfer::Options options)>;

/// Meets the other end and runs `transfer`, again while connections break and --retry allows it.
/// @returns the exit code
int run_transfer(const TransferVerb& verb, Network& network, const TransferOptions& options,
                 TransferPlan plan, const Transfer& transfer);

}  // namespace sockeye::cli
