// The programs of the five lessons: what each is, and where it starts. A program gets all it touches: a
// network (the kernel's, or a host of a lab), a terminal, and the address to serve or to speak to.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "examples/lessons/terminal.hpp"
#include "sockeye/address.hpp"
#include "sockeye/network.hpp"
#include "sockeye/task.hpp"

namespace sockeye::lessons {

/// Whether a program also copies what its Python original gets wrong.
enum class Compat : std::uint8_t { fixed, original };

struct Setting {
    Setting(Address at_, Compat compat_ = Compat::fixed) : at{std::move(at_)}, compat{compat_} {}
    Address at;
    Compat compat;
};

using Program = Task<> (*)(Network& network, Terminal& terminal, Setting setting);

/// A server and its client, and what a person types at both.
struct Pair {
    int lesson;             ///< 1 to 5; the first is L0
    std::string_view name;  ///< "chat"
    std::string_view does;
    std::uint16_t port;
    Transport transport;
    Program server;
    Program client;
    std::string_view server_types;
    std::string_view client_types;
};

/// In the order of the lessons.
std::span<const Pair> pairs();

// Lesson 1 (L0)
Task<> chat_server(Network& network, Terminal& terminal, Setting setting);
Task<> chat_client(Network& network, Terminal& terminal, Setting setting);
Task<> udp_chat_server(Network& network, Terminal& terminal, Setting setting);
Task<> udp_chat_client(Network& network, Terminal& terminal, Setting setting);
// Lesson 2 (L1)
Task<> once_server(Network& network, Terminal& terminal, Setting setting);
Task<> once_client(Network& network, Terminal& terminal, Setting setting);
Task<> link_server(Network& network, Terminal& terminal, Setting setting);
Task<> link_client(Network& network, Terminal& terminal, Setting setting);
Task<> talk_server(Network& network, Terminal& terminal, Setting setting);
Task<> talk_client(Network& network, Terminal& terminal, Setting setting);
Task<> udp_upper_server(Network& network, Terminal& terminal, Setting setting);
Task<> udp_upper_client(Network& network, Terminal& terminal, Setting setting);
// Lesson 3 (L2)
Task<> menu_server(Network& network, Terminal& terminal, Setting setting);
Task<> menu_client(Network& network, Terminal& terminal, Setting setting);
// Lesson 4 (L3)
Task<> messages_server(Network& network, Terminal& terminal, Setting setting);
Task<> messages_client(Network& network, Terminal& terminal, Setting setting);
// Lesson 5 (L4)
Task<> udp_receiver(Network& network, Terminal& terminal, Setting setting);
Task<> udp_sender(Network& network, Terminal& terminal, Setting setting);

}  // namespace sockeye::lessons
