// A connection of the kernel's network whose far end is a POSIX socket.
#pragma once

#include <string>

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

}  // namespace sockeye::test
