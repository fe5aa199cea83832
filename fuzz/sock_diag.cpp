#include "cli/sock_diag.hpp"

#include "cli/netlink.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;

/// Whatever a kernel answers, each message is taken once, and what is read of it can be shown.
FUZZ_TARGET(bytes) {
    std::span<const std::byte> rest = bytes;
    while (const auto message = cli::take_message(rest)) {
        fuzz::require(message->body.size() <= bytes.size());
        for (const auto& socket :
             {cli::parse_inet_diag(message->body, cli::Protocol::tcp), cli::parse_unix_diag(message->body)}) {
            if (!socket) continue;
            fuzz::require(!cli::to_string(socket->state, socket->protocol).empty());
            fuzz::require(!socket->local.to_string().empty());
        }
    }
    fuzz::require(rest.empty());
}
