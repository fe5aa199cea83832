// A network of the kernel's that nobody else has: for tests that need devices and addresses of their own.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace sockeye::test {

/// This thread, and what it starts, is in a namespace of its own as long as this lives.
class NetworkNamespace {
public:
    NetworkNamespace() : before_{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)} {
        if (before_ < 0 || ::unshare(CLONE_NEWNET) < 0)
            throw std::runtime_error{std::string{"a network namespace: "} + std::strerror(errno)};
        ip("link set lo up");
    }
    ~NetworkNamespace() {
        if (::setns(before_, CLONE_NEWNET) < 0)
            std::abort();  // every test after it would run in the wrong one
        ::close(before_);
    }
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// Runs ip(8) in it.
    void ip(const std::string& words) {
        if (std::system(("ip " + words).c_str()) != 0) throw std::runtime_error{"ip " + words + " failed"};
    }

private:
    int before_;
};

/// Why no TAP device can be had in a namespace here; empty: it can.
inline std::string tap_refusal() {
    if (::geteuid() != 0) return "a network namespace needs root";
    if (::access("/dev/net/tun", R_OK | W_OK) != 0) return "there is no /dev/net/tun";
    return {};
}

}  // namespace sockeye::test
