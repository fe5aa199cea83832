// A connection of the kernel's network whose far end is a POSIX socket, and what goes over it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "sockeye/socket.hpp"
#include "test/support/posix.hpp"

namespace sockeye::test {

struct KernelConnection {
    explicit KernelConnection(Network& network) {
        const posix::Descriptor server = posix::listening({IpAddress::loopback(Family::inet), 0});
        near = create_connection(network, posix::name_of(server)).wait().value();
        far = posix::accepted(server);
    }
    Socket near;
    posix::Descriptor far;
};

/// 'a', 'b' and so on, so that what is lost or out of order shows.
inline std::string letters(std::size_t octets) {
    std::string text(octets, ' ');
    for (std::size_t i = 0; i < octets; ++i) text[i] = static_cast<char>('a' + i % 26);
    return text;
}

/// Sends so many octets at a time, as the peer takes them, beside whoever receives.
inline Task<> send_slowly(Network& network, const posix::Descriptor& socket, std::string_view text,
                          std::size_t at_once) {
    while (!text.empty()) {
        EXPECT_TRUE(co_await network.sleep(10us));  // the other waits
        const ssize_t sent =
            ::send(socket.get(), text.data(), std::min(at_once, text.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace sockeye::test
