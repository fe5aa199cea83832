// A caller's connection: how a program outside a lab becomes one of a host's, and is served.
#pragma once

#include <string>
#include <string_view>

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"
#include "view/request.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

/// The request that makes a connection a caller's, for 'host'; its one word is the protocol's version. After
/// an answer that is no failure both ends speak socket/remote/message.hpp.
inline constexpr std::string_view attach_verb = "attach";
view::Request attach_request(std::string host);

/// With the host's name servers, in the answer's one object: {"kind":"host","name_servers":["10.0.0.53:53"]}.
/// A name that is no host's throws std::invalid_argument.
Answer attach(const RunningLab& running, const Request& request);

/// Does what the caller asks until it hangs up, or the host is switched off. What it left open is closed
/// then.
/// @param rest  of what was received, that came behind the request
/// @param host  a host of the lab's
Task<> serve_caller(Network& machine, Socket connection, std::string rest, RunningLab& running,
                    std::string host);

}  // namespace sockeye::view
