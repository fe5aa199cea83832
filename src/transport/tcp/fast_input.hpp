// Header prediction (Jacobson, 1990): the segment that a one-way stream consists of, seen from its receiver.
#pragma once

#include <cstddef>
#include <span>

#include "sockeye/time.hpp"
#include "transport/tcp/tcb.hpp"
#include "wire/plain.hpp"

namespace sockeye::transport::tcp {

/// Whether a segment is just the text that comes next, all of it inside the window, and says nothing else
/// that is new. None of RFC 9293 §3.10.7.4's checks would stop it.
/// @param text  octets
bool is_expected(const Tcb& tcb, const wire::PlainTcp& header, std::size_t text, Instant now);

/// What segment_arrives() would make of it. @pre is_expected()
void take_expected(Tcb& tcb, const wire::PlainTcp& header, std::span<const std::byte> text, Instant now);

}  // namespace sockeye::transport::tcp
