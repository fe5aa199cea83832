// The client of a chat: with a room, or in plain lines with whoever is there, such as nc.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "app/pipe.hpp"

namespace sockeye::app::chat {

/// What there is to know beside the messages: who came, who left, what could not be said.
using Notices = std::function<void(std::string_view)>;

/// (A class, since g++ 12 destroys twice an aggregate that stands as an argument inside a co_await
/// expression: ADR 0001.)
class Manners {
public:
    Manners() {}
    Manners(std::string name_, std::string bye_) : name{std::move(name_)}, bye{std::move(bye_)} {}

    std::string name;  ///< empty: what the room says, or none
    std::string bye;   ///< saying it is leaving; empty: only the end of input is
};

/// Each line of the stream is a message, the empty one too; what others say is written to it. Ends when
/// the peer closes, or a moment after the goodbye or the end of input.
Task<Piped> talk(Network& network, Stream stream, Socket peer, Manners manners, Notices notices);

}  // namespace sockeye::app::chat
