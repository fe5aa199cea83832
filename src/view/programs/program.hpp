// What the programs of a topology file are made of.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/file/topology_file.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::dhcp {
class Server;
}

namespace sockeye::view {

/// Runs until the program does what it is for: a server listens, a client has what it wanted. What goes on
/// behind that has been spawned on the host. What it captured lives as long as the host.
using Program = std::function<Task<>(Host&)>;

/// What a program is made from.
struct Setting {
    const lab::TopologyFile& file;
    const lab::NodeSpec& node;
    lab::World& world;
    std::shared_ptr<app::dhcp::Server> dhcp{};  ///< the node's, once there is one
};

using Words = std::span<const std::string>;

/// A program by name. `make` is given the words behind the name; its errors have a detail that names the
/// mistake and what to write.
struct Maker {
    std::string_view name;
    std::string_view form;  ///< "upper [ADDRESS]"
    Result<Program> (*make)(Words words, Setting& setting);
};

std::span<const Maker> servers();     ///< echo, upper, http, chat, …
std::span<const Maker> clients();     ///< fetch, say, ping
std::span<const Maker> addressing();  ///< dhcp-server, dhcp-client, dhcp-relay, slaac, router-advertiser
std::span<const Maker> naming();      ///< dns

/// Says something of a host to whoever reads the lab's frames: "alice: 192.168.1.101/24 by DHCP".
void tell(lab::World& world, const Network& host, std::string_view words);

/// @returns invalid_argument with that detail
std::unexpected<Error> mistaken(std::string detail);

/// Words one after the other, with blanks between.
std::string joined(Words words);

/// "pool=10.0.0.1-10.0.0.9": what stands behind "pool="; nothing where the word is another.
std::optional<std::string> value_of(std::string_view word, std::string_view name);

}  // namespace sockeye::view
