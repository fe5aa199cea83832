// The socket by which others on this machine reach a lab that runs: its user alone may.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

/// Where a user's labs have their sockets: $XDG_RUNTIME_DIR/sockeye, else /tmp/sockeye-UID.
std::string control_directory();
/// "/run/user/1000/sockeye/office.sock".
std::string control_path(std::string_view lab);
/// The names of the labs that have a socket there; one that was killed may have left its own.
std::vector<std::string> control_names();

/// A listening Unix socket, whose file goes when it does.
class ControlSocket {
public:
    /// Makes the directory, mode 0700, where there is none, and the socket in it, mode 0600.
    /// @returns with a detail
    ///   - Errc::address_in_use    a lab of that name runs
    ///   - Errc::permission_denied the directory is not this user's alone
    ///   - Errc::invalid_argument  a name that is no file's
    static Result<ControlSocket> open(Network& machine, std::string_view lab);

    ControlSocket(ControlSocket&& other) noexcept = default;
    ControlSocket& operator=(ControlSocket&&) = delete;
    ~ControlSocket();

    const std::string& path() const { return path_; }
    Socket& listener() { return listener_; }

private:
    ControlSocket(Socket listener, std::string path)
        : listener_{std::move(listener)}, path_{std::move(path)} {}

    Socket listener_;
    std::string path_;
};

/// Answers whoever comes, until its task is stopped: see request.hpp. Whoever sends rubbish is told so; who
/// says nothing, or does not read, is left.
/// @param running  outlives the machine's tasks
Task<> serve_control(Network& machine, ControlSocket socket, RunningLab& running);

}  // namespace sockeye::view
