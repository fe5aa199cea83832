// What of the stream goes out next: what was lost before what is new, as far as both windows let it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/sequence.hpp"
#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

struct Plan {
    enum class Kind : std::uint8_t {
        fresh,       ///< octets that never left
        again,       ///< octets that are lost
        tail_probe,  ///< the last segment once more (RFC 8985 §7.3)
    };

    Kind kind = Kind::fresh;
    Sequence from;
    std::uint32_t text = 0;  // octets
    bool fin = false;

    std::uint32_t length() const { return text + (fin ? 1 : 0); }
    wire::SackBlock range() const { return {.left = from, .right = from + length()}; }
};

/// nullopt: nothing may leave now.
std::optional<Plan> plan_text(const Tcb& tcb);

}  // namespace sockeye::transport::tcp
