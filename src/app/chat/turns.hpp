// Strict turns, as in the lessons: one speaks, then the other, and nothing marks where a message ends.
#pragma once

#include <cstdint>

#include "app/chat/client.hpp"

namespace sockeye::app::chat {

/// Who speaks first: in the lessons the server does.
enum class First : std::uint8_t { here, peer };

/// A line of the stream, without its line end, is a message; so is what the peer sends in its turn.
/// Ends when the peer closes, either says the goodbye, or the stream ends. An empty line is no turn:
/// it would send nothing, and both would wait for ever.
Task<Piped> take_turns(Stream& stream, Socket peer, First first, Manners manners, Notices notices);

}  // namespace sockeye::app::chat
