// The options of a backend's socket: unsupported, each, unless the backend says otherwise.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "socket/waiting.hpp"
#include "sockeye/credentials.hpp"
#include "sockeye/option.hpp"
#include "sockeye/tcp_info.hpp"

namespace sockeye::backend {

/// Something to wait at, so that a socket points to one table of virtual functions.
class Options : public Waitable {
public:
    using Waitable::Waitable;
    enum class Change : std::uint8_t { join, leave };

    virtual Result<void> set_option(option::Flag, bool) { return unsupported(); }
    virtual Result<void> set_option(option::Number, int) { return unsupported(); }
    virtual Result<void> set_option(option::Time, Duration) { return unsupported(); }
    virtual Result<void> set_option(option::Text, const std::string&) { return unsupported(); }
    virtual Result<void> set_option(option::Linger, std::optional<Duration>) { return unsupported(); }
    virtual Result<void> set_option(option::Interface, const IpAddress&) { return unsupported(); }
    virtual Result<void> set_raw_option(int, int, std::span<const std::byte>) { return unsupported(); }
    virtual Result<void> change_membership(Change, const Membership&) { return unsupported(); }

    virtual Result<bool> get_option(option::Flag) { return unsupported(); }
    virtual Result<int> get_option(option::Number) { return unsupported(); }
    virtual Result<Duration> get_option(option::Time) { return unsupported(); }
    virtual Result<std::string> get_option(option::Text) { return unsupported(); }
    virtual Result<std::optional<Duration>> get_option(option::Linger) { return unsupported(); }
    virtual Result<IpAddress> get_option(option::Interface) { return unsupported(); }
    virtual Result<std::optional<Errc>> get_option(option::Pending) { return unsupported(); }
    /// @returns octets written to the buffer
    virtual Result<std::size_t> get_raw_option(int, int, std::span<std::byte>) { return unsupported(); }
    virtual Result<TcpInfo> tcp_info() { return unsupported(); }
    virtual Result<Credentials> peer_credentials() { return unsupported(); }

protected:
    static std::unexpected<Error> unsupported() { return std::unexpected{Error{Errc::unsupported}}; }
};

}  // namespace sockeye::backend
